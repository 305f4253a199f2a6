using System.Reflection;
using System.Text.RegularExpressions;

namespace StopKit.Tests.Api;

/// <summary>The comments that users read in their editor say what they need to know.</summary>
public sealed partial class DocumentationTests
{
    private static readonly Assembly Library = typeof(StopSource).Assembly;
    private static readonly XmlDocs Docs = new(Library);
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly List<Type> Types = [.. VisibleApi.VisibleTypes(Library)];

    // Without what nobody writes: the constructor that the compiler adds to a class without one, and members documented elsewhere.
    private static readonly List<MemberInfo> Members =
        [.. Types.SelectMany(Declared).Where(static member => !IsAddedByCompiler(member) && !Docs.IsInheritedFromOutside(member))];

    [Fact]
    public void Every_type_and_member_has_a_summary_which_is_one_sentence()
    {
        var faults = Types.Concat(Members).Select(static member => (member, summary: Docs.Of(member)?.Summary ?? ""))
            .Where(static pair => !Sentence().IsMatch(pair.summary) || SecondSentence().IsMatch(pair.summary) || !IsIndicative(pair.member, pair.summary));

        Describe(faults).Should().BeEmpty();
    }

    [Fact]
    public void Every_parameter_and_every_result_is_described()
    {
        var faults = new List<string>();
        foreach (var member in Types.Concat(Members))
        {
            var comment = Docs.Of(member);
            var missing = Parameters(member).Where(parameter => comment?.Parameter(parameter.Name!) is null or "").Select(static parameter => $"param {parameter.Name}")
                .Concat(TypeParameters(member).Where(type => comment?.Parameter(type.Name, "typeparam") is null or "").Select(static type => $"typeparam {type.Name}"));
            if (member is MethodInfo method && method.ReturnType != typeof(void) && comment?.Returns is null or "")
                missing = missing.Append("returns");
            faults.AddRange(missing.Select(what => $"{NameOf(member)}: {what}"));
        }

        faults.Should().BeEmpty();
    }

    [Fact]
    public void Every_time_that_is_handed_in_has_its_range_and_says_what_is_thrown_outside_of_it()
    {
        var faults = Members.SelectMany(static member => Parameters(member).Where(IsTime).Select(parameter => (member, text: Docs.Of(member)!.Parameter(parameter.Name!))))
            .Where(static pair => !pair.text.Contains("any value", StringComparison.Ordinal)
                && !(TimeRange().IsMatch(pair.text) && Throws(pair.member, typeof(ArgumentOutOfRangeException))));

        Describe(faults).Should().BeEmpty();
    }

    [Fact]
    public void Every_object_that_must_not_be_null_says_what_is_thrown_for_null()
    {
        var faults = Members.Where(static member => Parameters(member).Any(MustNotBeNull))
            .Where(static member => !Throws(member, typeof(ArgumentNullException)) && !Throws(member, typeof(ArgumentException)));

        faults.Select(NameOf).Should().BeEmpty();
    }

    [Fact]
    public void Every_option_has_its_default_and_its_range()
    {
        var options = Members.OfType<PropertyInfo>().Where(static property => property.DeclaringType!.Name.EndsWith("Options", StringComparison.Ordinal));
        var faults = options.Select(static property => (property, text: $"{Docs.Of(property)?.Summary} {Docs.Of(property)?.Remarks}"))
            .Where(static pair => !pair.text.Contains("default", StringComparison.Ordinal) || !RangeOf(pair.property).IsMatch(pair.text));

        Describe(faults.Select(static pair => ((MemberInfo)pair.property, pair.text))).Should().BeEmpty();
    }

    [Fact]
    public void Every_type_states_its_thread_safety()
    {
        var faults = Types.Where(static type => !type.IsEnum && !IsDelegate(type)).Where(static type => !States(type, ThreadSafety()));

        faults.Select(NameOf).Should().BeEmpty();
    }

    [Fact]
    public void Every_type_that_can_be_disposed_says_what_it_does_after_that()
    {
        var faults = Types.Where(static type => typeof(IDisposable).IsAssignableFrom(type)).Where(static type => !States(type, AfterDispose()));

        faults.Select(NameOf).Should().BeEmpty();
    }

    private static IEnumerable<MemberInfo> Declared(Type type) => type.IsEnum
        ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
        : IsDelegate(type) ? [] : VisibleApi.VisibleMembers(type);

    private static bool IsDelegate(Type type) => typeof(Delegate).IsAssignableFrom(type);

    private static bool IsAddedByCompiler(MemberInfo member) =>
        member is ConstructorInfo constructor && constructor.GetParameters().Length == 0 && constructor.DeclaringType!.GetConstructors().Length == 1;

    private static ParameterInfo[] Parameters(MemberInfo member) => member switch
    {
        Type type when IsDelegate(type) => type.GetMethod("Invoke")!.GetParameters(),
        MethodBase method => method.GetParameters(),
        _ => [],
    };

    private static Type[] TypeParameters(MemberInfo member) => member switch
    {
        Type { IsNested: false } type => type.GetGenericArguments(),
        MethodInfo method => method.GetGenericArguments(),
        _ => [],
    };

    private static bool IsTime(ParameterInfo parameter) => (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) == typeof(TimeSpan);

    // Not strings, whose blank ones are most often given a name, and not a method that the library calls.
    private static bool MustNotBeNull(ParameterInfo parameter) =>
        parameter.ParameterType is { IsValueType: false, IsGenericParameter: false, IsByRef: false } type
        && type != typeof(string)
        && parameter.Member is MethodBase { IsAbstract: false } and not MethodInfo { IsVirtual: true }
        && Nullability.Create(parameter).WriteState == NullabilityState.NotNull;

    private static bool Throws(MemberInfo member, Type exception) => Docs.Of(member)!.Exceptions.Contains(exception.FullName);

    private static bool IsIndicative(MemberInfo member, string summary) => member switch
    {
        PropertyInfo => summary.StartsWith("Gets ", StringComparison.Ordinal),
        MethodBase => FirstVerb().IsMatch(summary),
        _ => true,
    };

    private static Regex RangeOf(PropertyInfo option) => (Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType) switch
    {
        { IsEnum: true } => AnyDefined(),
        var type when type == typeof(bool) => Anything(),
        var type when type == typeof(TimeSpan) => TimeRange(),
        { IsValueType: true } => NumberRange(),
        { IsGenericType: true } and var type when !IsDelegate(type) => NumberRange(),
        _ => NullOrNot(),
    };

    /// <summary>True if the remarks say it, or send the reader to a base class that does.</summary>
    private static bool States(Type type, Regex what)
    {
        var remarks = Docs.Of(type)?.Remarks ?? "";
        return what.IsMatch(remarks) || BaseTypes(type).Any(above =>
            remarks.Contains($"life cycle: see {above.Name}", StringComparison.Ordinal) && what.IsMatch(Docs.Of(above)?.Remarks ?? ""));
    }

    private static IEnumerable<Type> BaseTypes(Type type)
    {
        for (var above = type.BaseType; above is not null; above = above.BaseType)
            yield return above;
    }

    private static IEnumerable<string> Describe(IEnumerable<(MemberInfo Member, string Text)> faults) =>
        faults.Select(static fault => $"{NameOf(fault.Member)}: \"{fault.Text}\"");

    private static string NameOf(MemberInfo member) => member.DeclaringType is { } type ? $"{type.Name}.{member}" : member.ToString()!;

    [GeneratedRegex(@"^[A-Z].*\.$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"[.!?] \S")]
    private static partial Regex SecondSentence();

    [GeneratedRegex(@"^[A-Z][a-z]+s\b")]
    private static partial Regex FirstVerb();

    [GeneratedRegex(@"24 days|infinite")]
    private static partial Regex TimeRange();

    [GeneratedRegex(@"or more|more than|at least")]
    private static partial Regex NumberRange();

    [GeneratedRegex("any defined value|raw number")]
    private static partial Regex AnyDefined();

    [GeneratedRegex(@"\bnull\b")]
    private static partial Regex NullOrNot();

    [GeneratedRegex("")]
    private static partial Regex Anything();

    [GeneratedRegex("[Tt]hread-safe|[Tt]hread safety|any thread")]
    private static partial Regex ThreadSafety();

    [GeneratedRegex("[Aa]fter Dispose|was disposed")]
    private static partial Regex AfterDispose();
}
