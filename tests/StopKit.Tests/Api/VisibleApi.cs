using System.Reflection;
using System.Runtime.CompilerServices;

namespace StopKit.Tests.Api;

/// <summary>What users can see of an assembly.</summary>
internal static class VisibleApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Nothing derives from a sealed type, so its protected members are seen by no user.
    private const BindingFlags PublicOnly = Declared & ~BindingFlags.NonPublic;

    internal static IEnumerable<Type> VisibleTypes(Assembly assembly) =>
        assembly.GetTypes().Where(static type => type.IsVisible || (IsVisible(type.Attributes) && type.DeclaringType!.IsVisible));

    /// <summary>The members that the type itself declares and that a user may call or override; accessors are part of theirs.</summary>
    internal static IEnumerable<MemberInfo> VisibleMembers(Type type) => type.GetMembers(type.IsSealed ? PublicOnly : Declared)
        .Where(static member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
        .Where(static member => member switch
        {
            MethodBase method => IsVisible(method) && (!method.IsSpecialName || method is ConstructorInfo || method.Name.StartsWith("op_", StringComparison.Ordinal)),
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
            FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
            EventInfo @event => IsVisible(@event.AddMethod!),
            _ => false, // nested types stand for themselves
        });

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(TypeAttributes attributes) =>
        (attributes & TypeAttributes.VisibilityMask) is TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem;
}
