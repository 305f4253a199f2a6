using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace StopKit.Tests.Api;

/// <summary>Writes what users can see of an assembly, in lines that look like C#: a type, and below it its members, indented.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static List<string> Write(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (var type in VisibleTypes(assembly).OrderBy(CSharp.NameOf, StringComparer.Ordinal))
        {
            if (lines.Count > 0)
                lines.Add("");
            lines.Add(CSharp.Header(type));
            lines.AddRange(Members(type).Select(static member => $"    {member}"));
        }

        return lines;
    }

    internal static IEnumerable<Type> VisibleTypes(Assembly assembly) =>
        assembly.GetTypes().Where(static type => type.IsVisible || (IsVisible(type.Attributes) && type.DeclaringType!.IsVisible));

    /// <summary>The members that the type itself declares and that a user may call or override; accessors are part of theirs.</summary>
    internal static IEnumerable<MemberInfo> VisibleMembers(Type type) => type.GetMembers(Declared)
        .Where(static member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
        .Where(static member => member switch
        {
            MethodBase method => IsVisible(method) && (!method.IsSpecialName || method is ConstructorInfo || method.Name.StartsWith("op_", StringComparison.Ordinal)),
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
            FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
            EventInfo @event => IsVisible(@event.AddMethod!),
            _ => false, // nested types stand for themselves
        });

    internal static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(TypeAttributes attributes) =>
        (attributes & TypeAttributes.VisibilityMask) is TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem;

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(static field => (Value: Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture), field.Name))
                .OrderBy(static field => field.Value).Select(static field => string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {field.Value}"));
        }

        return VisibleMembers(type)
            .OrderBy(static member => member switch { FieldInfo => 0, ConstructorInfo => 1, PropertyInfo => 2, EventInfo => 3, { Name: ['o', 'p', '_', ..] } => 5, _ => 4 })
            .ThenBy(static member => member.Name, StringComparer.Ordinal)
            .GroupBy(static member => member.Name, CSharp.Of) // overloads go by their text
            .SelectMany(static overloads => overloads.Order(StringComparer.Ordinal));
    }

    /// <summary>Declarations in the words of C#.</summary>
    private static class CSharp
    {
        // Attributes that tell a user something; the rest are the compiler's own, or the debugger's.
        private static readonly string[] Telling =
        [
            nameof(ExperimentalAttribute), nameof(ObsoleteAttribute), nameof(FlagsAttribute), nameof(RequiresUnreferencedCodeAttribute),
            nameof(RequiresDynamicCodeAttribute), nameof(RequiresAssemblyFilesAttribute), "SupportedOSPlatformAttribute", "UnsupportedOSPlatformAttribute",
            nameof(NotNullWhenAttribute), nameof(NotNullIfNotNullAttribute), nameof(MaybeNullWhenAttribute), nameof(NotNullAttribute),
            nameof(MaybeNullAttribute), nameof(AllowNullAttribute), nameof(DisallowNullAttribute), nameof(DoesNotReturnAttribute),
            nameof(CallerMemberNameAttribute), nameof(CallerFilePathAttribute), nameof(CallerLineNumberAttribute),
            nameof(CallerArgumentExpressionAttribute), "OverloadResolutionPriorityAttribute",
        ];

        private static readonly NullabilityInfoContext Nullability = new();

        internal static string NameOf(Type type)
        {
            var own = type.Name.Split('`')[0];
            var outer = type.DeclaringType is { } declaring && !type.IsGenericParameter ? $"{NameOf(declaring)}." : "";
            return outer + own;
        }

        internal static string Header(Type type)
        {
            if (typeof(Delegate).IsAssignableFrom(type))
            {
                var invoke = type.GetMethod("Invoke")!;
                return $"{Attributes(type)}{Access(type)}delegate {Return(invoke)} {Generic(type)}({Parameters(invoke)});{Constraints(type)}";
            }

            var kind = type switch
            {
                { IsEnum: true } => "enum",
                { IsInterface: true } => "interface",
                { IsValueType: true } => $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}struct",
                { IsAbstract: true, IsSealed: true } => "static class",
                { IsAbstract: true } => "abstract class",
                { IsSealed: true } => "sealed class",
                _ => "class",
            };
            var inherited = type.GetInterfaces().SelectMany(static one => one.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []).ToList();
            var bases = type.IsEnum
                ? (Enum.GetUnderlyingType(type) == typeof(int) ? [] : [Name(Enum.GetUnderlyingType(type))])
                : type.GetInterfaces().Except(inherited).Select(static one => Name(one)).Order(StringComparer.Ordinal).ToList();
            if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
                bases.Insert(0, Name(parent));
            return $"{Attributes(type)}{Access(type)}{kind} {Generic(type)}{(bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}")}{Constraints(type)}";
        }

        internal static string Of(MemberInfo member) => Attributes(member) + member switch
        {
            ConstructorInfo constructor => $"{Access(constructor)}{NameOf(constructor.DeclaringType!)}({Parameters(constructor)});",
            MethodInfo method => $"{ReturnAttributes(method)}{Access(method)}{Inheritance(method)}{Signature(method)}({Parameters(method)}){Constraints(method)};",
            PropertyInfo property => Property(property),
            FieldInfo field => Field(field),
            EventInfo @event => $"{Access(@event.AddMethod!)}{Inheritance(@event.AddMethod!)}event {Name(@event.EventHandlerType!)} {@event.Name};",
            _ => throw new NotSupportedException(member.ToString()),
        };

        private static string Field(FieldInfo field)
        {
            var modifiers = field.IsLiteral ? "const " : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}";
            var value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue(), field.FieldType)}" : "";
            return $"{(field.IsPublic ? "public " : "protected ")}{modifiers}{Name(field.FieldType, Nullability.Create(field))} {field.Name}{value};";
        }

        private static string Property(PropertyInfo property)
        {
            var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
            var widest = accessors.Find(static accessor => accessor.IsPublic) ?? accessors[0];
            var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"this[{string.Join(", ", parameters.Select(Parameter))}]" : property.Name;
            var body = string.Concat(accessors.OrderBy(accessor => accessor != property.GetMethod).Select(accessor =>
                $"{(Access(accessor) == Access(widest) ? "" : Access(accessor))}{(accessor == property.GetMethod ? "get" : IsInit(accessor) ? "init" : "set")}; "));
            var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
            return $"{Access(widest)}{required}{Inheritance(widest)}{Name(property.PropertyType, Nullability.Create(property))} {index} {{ {body}}}";
        }

        private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

        private static string Signature(MethodInfo method) => method.Name switch
        {
            "op_Implicit" => $"implicit operator {Return(method)}",
            "op_Explicit" => $"explicit operator {Return(method)}",
            "op_Equality" => $"{Return(method)} operator ==",
            "op_Inequality" => $"{Return(method)} operator !=",
            _ => $"{Return(method)} {method.Name}{TypeParameters(method.GetGenericArguments())}",
        };

        private static string Return(MethodInfo method) => method.ReturnType == typeof(void)
            ? "void"
            : (method.ReturnType.IsByRef ? "ref " : "") + Name(method.ReturnType, Nullability.Create(method.ReturnParameter));

        private static string Inheritance(MethodInfo method)
        {
            if (method.DeclaringType!.IsInterface)
                return method.IsStatic ? "static " : "";
            if (method.IsStatic)
                return "static ";
            if (method.GetBaseDefinition() != method)
                return method.IsAbstract ? "abstract override " : method.IsFinal && !method.DeclaringType.IsSealed ? "sealed override " : "override ";
            return method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";
        }

        private static string Access(Type type) => type.IsPublic || type.IsNestedPublic ? "public " : "protected ";

        private static string Access(MethodBase method) => method.IsPublic ? "public " : "protected ";

        private static string Parameters(MethodBase method) =>
            (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

        private static string Parameter(ParameterInfo parameter)
        {
            var passed = parameter switch
            {
                { IsOut: true, ParameterType.IsByRef: true } => "out ",
                { IsIn: true, ParameterType.IsByRef: true } => "in ",
                { ParameterType.IsByRef: true } => "ref ",
                _ when parameter.GetCustomAttributesData().Any(static a => a.AttributeType.Name is "ParamArrayAttribute" or "ParamCollectionAttribute") => "params ",
                _ => "",
            };
            var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
            return $"{Attributes(parameter)}{passed}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
        }

        private static string Literal(object? value, Type type) => value switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            _ when type.IsEnum => $"{NameOf(type)}.{Enum.GetName(type, value) ?? value}",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

        private static string Generic(Type type) => NameOf(type) + TypeParameters(type.GetGenericArguments());

        private static string TypeParameters(Type[] parameters) => parameters.Length == 0
            ? ""
            : $"<{string.Join(", ", parameters.Select(static parameter => Variance(parameter) + parameter.Name))}>";

        private static string Variance(Type parameter) => (parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };

        private static string Constraints(MemberInfo member)
        {
            var parameters = member is Type type ? type.GetGenericArguments() : ((MethodInfo)member).GetGenericArguments();
            return string.Concat(parameters.Where(static parameter => parameter.IsGenericParameter).Select(static parameter =>
            {
                var special = parameter.GenericParameterAttributes;
                var isValue = special.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
                List<string> all =
                [
                    .. isValue ? ["struct"] : Array.Empty<string>(),
                    .. special.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
                    .. parameter.GetGenericParameterConstraints().Where(static one => one != typeof(ValueType)).Select(static one => Name(one)),
                    .. special.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isValue ? ["new()"] : Array.Empty<string>(),
                ];
                return all.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", all)}";
            }));
        }

        private static string Name(Type type, NullabilityInfo? nullability = null)
        {
            if (type.IsByRef)
                type = type.GetElementType()!;
            if (Nullable.GetUnderlyingType(type) is { } underlying)
                return $"{Name(underlying)}?";
            var mark = nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType && !type.IsGenericParameter ? "?" : "";
            if (type.IsArray)
                return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
            if (Keyword(type) is { } keyword)
                return keyword + mark;
            if (!type.IsGenericType)
                return NameOf(type) + mark;
            var arguments = type.GetGenericArguments().Select((argument, i) =>
                Name(argument, nullability is { GenericTypeArguments: { } known } && i < known.Length ? known[i] : null));
            return $"{NameOf(type)}<{string.Join(", ", arguments)}>{mark}";
        }

        private static string? Keyword(Type type) => type.IsEnum ? null : type == typeof(object) ? "object" : type == typeof(nint) ? "nint" : Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.Char => "char",
            TypeCode.Double => "double",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.String => "string",
            _ => null,
        };

        private static string ReturnAttributes(MethodInfo method) => Attributes(method.ReturnParameter.GetCustomAttributesData(), "return: ");

        private static string Attributes(MemberInfo member) => Attributes(member.GetCustomAttributesData());

        private static string Attributes(ParameterInfo parameter) => Attributes(parameter.GetCustomAttributesData());

        private static string Attributes(IEnumerable<CustomAttributeData> attributes, string target = "") => string.Concat(
            attributes.Where(static attribute => Telling.Contains(attribute.AttributeType.Name)).Select(attribute =>
            {
                var arguments = attribute.ConstructorArguments.Select(static argument => Literal(argument.Value, argument.ArgumentType))
                    .Concat(attribute.NamedArguments.Select(static named => $"{named.MemberName} = {Literal(named.TypedValue.Value, named.TypedValue.ArgumentType)}"));
                var list = string.Join(", ", arguments);
                return $"[{target}{attribute.AttributeType.Name[..^"Attribute".Length]}{(list.Length == 0 ? "" : $"({list})")}] ";
            }).Order(StringComparer.Ordinal));
    }
}
