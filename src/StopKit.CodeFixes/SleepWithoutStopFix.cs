namespace StopKit.CodeFixes;

/// <summary>Waits on the token instead: the same time, or until the stop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class SleepWithoutStopFix() : StopKitFix(SleepWithoutStop.Id, "Wait on the stop token")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (reported is not InvocationExpressionSyntax syntax || file.OperationOf(syntax) is not IInvocationOperation call)
            return null;
        if (file.FunctionAround(call).Parameter(file.Types.IsStopToken) is not { } parameter)
            return null;
        var token = Code.Name(parameter.Name);
        var arguments = syntax.ArgumentList.Arguments;
        switch (call.TargetMethod.Name)
        {
            case nameof(Thread.Sleep) when arguments.Count == 1 && syntax.Parent is ExpressionStatementSyntax:
                return Replace(syntax, WithDuration(Code.Member(token, "Wait"), call, syntax));
            case nameof(Task.Delay) when arguments.Count == 1 && call.DirectAwait() is { } awaited && TakesAnyResult(awaited, syntax):
                return Replace(syntax, WithDuration(Code.Member(token, "WaitAsync"), call, syntax));
            case nameof(Task.Delay):
                return Replace(syntax, syntax.AddArgumentListArguments(SyntaxFactory.Argument(token)));
            case nameof(WaitHandle.WaitOne) when syntax.Expression is MemberAccessExpressionSyntax access && arguments.Count < 2:
                var time = arguments.Count == 0
                    ? Code.Static("global::System.Threading.Timeout", "InfiniteTimeSpan")
                    : Duration(call, arguments[0]);
                ExpressionSyntax wait = Code.Call(token, "Wait", access.Expression.WithoutTrivia(), time);
                if (syntax.Parent is ExpressionStatementSyntax)
                    return Replace(syntax, wait);
                wait = SyntaxFactory.BinaryExpression(
                    SyntaxKind.EqualsExpression, wait, Code.Static("global::StopKit.StopWaitResult", "Signaled"));
                return Replace(syntax, SyntaxFactory.ParenthesizedExpression(wait).Simplified());
            default:
                return null;
        }
    }

    private static Action<SyntaxEditor> Replace(SyntaxNode old, SyntaxNode code) =>
        editor => editor.ReplaceNode(old, code.WithTriviaFrom(old).Formatted());

    // An await without a value may stand where a statement does, or be all of a lambda that returns a task.
    private static bool TakesAnyResult(IAwaitOperation awaited, InvocationExpressionSyntax delay) =>
        awaited.Parent is IExpressionStatementOperation && !HasAwaitOptions(delay);

    // A value task has no overload of ConfigureAwait that takes options.
    private static bool HasAwaitOptions(InvocationExpressionSyntax delay) =>
        delay.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax configured }
        && configured.ArgumentList.Arguments.Any(static argument => argument.Expression is not LiteralExpressionSyntax);

    private static InvocationExpressionSyntax WithDuration(
        ExpressionSyntax method, IInvocationOperation call, InvocationExpressionSyntax syntax)
    {
        var argument = syntax.ArgumentList.Arguments[0];
        return SyntaxFactory.InvocationExpression(
            method, syntax.ArgumentList.ReplaceNode(argument, SyntaxFactory.Argument(Duration(call, argument))));
    }

    private static ExpressionSyntax Duration(IInvocationOperation call, ArgumentSyntax argument)
    {
        var time = argument.Expression;
        var isTimeSpan = call.Arguments[0].Parameter!.Type.Name == nameof(TimeSpan);
        if (!isTimeSpan && time.WithoutTrivia().ToString() is "Timeout.Infinite" or "System.Threading.Timeout.Infinite" or "-1")
            return Code.Static("global::System.Threading.Timeout", "InfiniteTimeSpan");
        return isTimeSpan
            ? time
            : SyntaxFactory.InvocationExpression(Code.Static("global::System.TimeSpan", nameof(TimeSpan.FromMilliseconds)))
                .AddArgumentListArguments(SyntaxFactory.Argument(time));
    }
}
