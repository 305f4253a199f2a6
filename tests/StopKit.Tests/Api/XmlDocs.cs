using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using System.Xml.XPath;

namespace StopKit.Tests.Api;

/// <summary>The documentation file that goes with an assembly, with what its comments inherit filled in.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members;

    internal XmlDocs(Assembly assembly) => _members = XDocument.Load(Path.ChangeExtension(assembly.Location, "xml"))
        .Descendants("member").ToDictionary(static member => member.Attribute("name")!.Value);

    /// <summary>Gets the comment of a member; null if there is none. What comes from outside of the assembly is taken for documented.</summary>
    internal Comment? Of(MemberInfo member)
    {
        if (!_members.TryGetValue(Id(member), out var own))
            return null;
        var elements = own.Elements().Where(static element => element.Name != "inheritdoc").ToList();
        foreach (var inherited in own.Elements("inheritdoc"))
        {
            if (inherited.Attribute("cref") is { Value: var source })
                elements.AddRange(_members[source].XPathSelectElements($".{inherited.Attribute("path")?.Value ?? "/*"}").Where(IsNew));
            else if (Overridden(member) is { } above && above.Module == member.Module)
                elements.AddRange((Of(above) ?? throw new InvalidOperationException($"{above} has nothing to inherit.")).Elements.Where(IsNew));
            else
                return null;
        }

        return new Comment(elements);

        // The comment's own words come first; of its exceptions there may be several.
        bool IsNew(XElement element) => element.Name == "exception"
            || !elements.Exists(own => own.Name == element.Name && own.Attribute("name")?.Value == element.Attribute("name")?.Value);
    }

    /// <summary>Gets a value indicating whether the member takes its comment from a base class or an interface of somebody else's.</summary>
    internal bool IsInheritedFromOutside(MemberInfo member) =>
        _members.TryGetValue(Id(member), out var own) && own.Elements("inheritdoc").Any(static element => element.Attribute("cref") is null) && Of(member) is null;

    /// <summary>The text as a reader sees it, in one line.</summary>
    internal static string Text(XElement? element)
    {
        var text = new StringBuilder();
        foreach (var node in element?.Nodes() ?? [])
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "para" or "code" } block => $" {Text(block)} ",
                XElement { IsEmpty: false } inline => Text(inline),
                XElement reference => ShortName().Match(reference.FirstAttribute?.Value ?? "").Value,
                _ => "",
            });
        }

        return Space().Replace(text.ToString(), " ").Trim();
    }

    /// <summary>The name that the compiler gives to a member in the file.</summary>
    private static string Id(MemberInfo member)
    {
        if (member is Type type)
            return $"T:{TypeId(type)}";
        var (kind, parameters) = member switch
        {
            MethodBase method => ("M", method.GetParameters()),
            PropertyInfo property => ("P", property.GetIndexParameters()),
            EventInfo => ("E", []),
            _ => ("F", Array.Empty<ParameterInfo>()),
        };
        var arity = member is MethodInfo { IsGenericMethod: true } generic ? $"``{generic.GetGenericArguments().Length}" : "";
        var list = parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(static parameter => TypeId(parameter.ParameterType)))})";
        var result = member is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion ? $"~{TypeId(conversion.ReturnType)}" : "";
        return $"{kind}:{TypeId(member.DeclaringType!)}.{member.Name.Replace('.', '#')}{arity}{list}{result}";
    }

    private static string TypeId(Type type)
    {
        if (type.IsGenericParameter)
            return $"{(type.DeclaringMethod is null ? "`" : "``")}{type.GenericParameterPosition}";
        if (type.IsByRef)
            return $"{TypeId(type.GetElementType()!)}@";
        if (type.IsArray)
            return $"{TypeId(type.GetElementType()!)}[]";
        if (!type.IsConstructedGenericType)
            return type.FullName!.Replace('+', '.');
        var definition = type.GetGenericTypeDefinition().FullName!;
        return $"{definition[..definition.IndexOf('`')].Replace('+', '.')}{{{string.Join(',', type.GetGenericArguments().Select(TypeId))}}}";
    }

    private static MethodInfo? Overridden(MemberInfo member)
    {
        if (member is not MethodInfo method)
            return null;
        if (method.GetBaseDefinition() is var first && first != method)
            return first;
        return method.DeclaringType!.GetInterfaces().Select(method.DeclaringType.GetInterfaceMap)
            .SelectMany(static map => map.TargetMethods.Zip(map.InterfaceMethods)).FirstOrDefault(pair => pair.First == method).Second;
    }

    [GeneratedRegex(@"[^.:]*?(?=(\(.*)?$)")]
    private static partial Regex ShortName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    /// <summary>The parts of one comment.</summary>
    internal sealed class Comment(IReadOnlyList<XElement> elements)
    {
        internal IReadOnlyList<XElement> Elements => elements;

        internal string Summary => Text(elements.FirstOrDefault(static element => element.Name == "summary"));

        internal string Remarks => string.Join(' ', elements.Where(static element => element.Name == "remarks").Select(Text));

        internal string Returns => Text(elements.FirstOrDefault(static element => element.Name == "returns"));

        internal IEnumerable<string> Exceptions => elements.Where(static element => element.Name == "exception").Select(static e => e.Attribute("cref")!.Value[2..]);

        internal string Parameter(string name, string kind = "param") =>
            Text(elements.FirstOrDefault(element => element.Name == kind && element.Attribute("name")?.Value == name));
    }
}
