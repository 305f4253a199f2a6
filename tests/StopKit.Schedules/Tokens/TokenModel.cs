using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace StopKit.Schedules.Tokens;

/// <summary>One lane of steps over a tree of sources, compared after each step with a model that is as simple as possible.</summary>
/// <remarks>Nothing happens at the same time here, so the model knows everything: stages, reasons, deadlines, live children, callbacks.</remarks>
public sealed class TokenModel : Schedule
{
    private readonly TokenTree _tree;
    private readonly IReadOnlyList<TokenStep> _steps;

    private TokenModel(TokenTree tree, IReadOnlyList<TokenStep> steps) => (_tree, _steps) = (tree, steps);

    /// <summary>Gets the generator.</summary>
    public static Gen<Schedule> Any { get; } = Gen.Select(
        TokenTree.Any, TokenStep.AnySequential.Array[1, 25], static (tree, steps) => (Schedule)new TokenModel(tree, steps));

    /// <inheritdoc/>
    public override void Run(Team team, TimeSpan unit)
    {
        var pair = new Pair(_tree);
        for (var number = 0; number < _steps.Count; number++)
        {
            if (!pair.Do(_steps[number], number))
                return;
            pair.Compare($"step {number}, {_steps[number].ToString(_tree.Count)}");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Schedule> Smaller() =>
        WithoutOne(_steps).Select(steps => new TokenModel(_tree, steps)).Concat(_tree.Smaller().Select(tree => new TokenModel(tree, _steps)));

    /// <inheritdoc/>
    public override string ToString() => $"{_tree}\n" + string.Join("\n", _steps.Select((step, number) => $"  {number}. {step.ToString(_tree.Count)}"));

    /// <summary>The sources and their models.</summary>
    private sealed class Pair
    {
        private readonly FakeTimeProvider _clock = new();
        private readonly List<StopSource> _sources;
        private readonly List<ModelSource> _models = [];
        private readonly List<Expected> _callbacks = [];
        private long _now;

        internal Pair(TokenTree tree)
        {
            _sources = tree.Make(_clock);
            foreach (var spec in tree.Sources)
                AddModel(spec.Kind, spec.Parents);
        }

        /// <summary>Does a step to both; false if the clock leaves open what comes first.</summary>
        internal bool Do(TokenStep step, int stepNumber)
        {
            var number = step.Source % _sources.Count;
            var (source, model) = (_sources[number], _models[number]);
            var (time, reason) = (TimeSpan.FromMilliseconds(step.Milliseconds), $"r{stepNumber}");
            switch (step.Operation)
            {
                case TokenOperation.Stop:
                    Same(source.RequestStop(reason), model.RequestStop(reason), "RequestStop returned");
                    break;
                case TokenOperation.StopWithGrace:
                    Same(source.RequestStop(reason, time), model.RequestStop(reason, step.Milliseconds), "RequestStop returned");
                    break;
                case TokenOperation.Abort:
                    Same(source.RequestAbort(reason), model.RequestAbort(reason), "RequestAbort returned");
                    break;
                case TokenOperation.StopAfter:
                    source.StopAfter(time, reason);
                    model.StopAfter(step.Milliseconds, reason);
                    break;
                case TokenOperation.Advance:
                    return Advance(step.Milliseconds);
                case TokenOperation.Dispose:
                    source.Dispose();
                    model.Dispose();
                    break;
                case TokenOperation.Link or TokenOperation.Shield:
                    int[] parents = step.Operation == TokenOperation.Shield ? [number] : [.. new[] { number, step.Other % _sources.Count }.Distinct()];
                    var kind = step.Operation == TokenOperation.Shield ? SourceKind.Shield : SourceKind.Linked;
                    _sources.Add(TokenTree.Make(kind, [.. parents.Select(parent => _sources[parent].Token)], _clock));
                    AddModel(kind, parents);
                    break;
                case TokenOperation.OnStop or TokenOperation.OnAbort:
                    Register(step, number);
                    break;
                case TokenOperation.Unregister or TokenOperation.DisposeRegistration when _callbacks.Count > 0:
                    Unregister(_callbacks[step.Other % _callbacks.Count], step.Operation);
                    break;
                case TokenOperation.TakeTokens:
                    _ = (source.Token.Stopping, source.Token.Aborting);
                    break;
            }

            return true;
        }

        internal void Compare(string when)
        {
            for (var number = 0; number < _sources.Count; number++)
            {
                var (source, model) = (_sources[number], _models[number]);
                Same(Text(source.Reason), model.Stop, $"after {when}, the reason of s{number} is");
                Same(Text(source.AbortReason), model.Abort, $"after {when}, the abort reason of s{number} is");
                Same(source.LiveChildren, model.LiveChildren, $"after {when}, LiveChildren of s{number} is");
                Same(source.Token.CanBeStopped, model.CanBeStopped, $"after {when}, CanBeStopped of s{number} is");
                Same(source.Token.Stage, model.Abort is not null ? StopStage.Aborting : model.Stop is not null ? StopStage.Stopping : StopStage.Running, $"after {when}, Stage of s{number} is");
                if (model.Stop is not null)
                    Same(source.Token.Stopping.IsCancellationRequested, true, $"after {when}, Stopping of s{number} is");
                if (model.Abort is not null)
                    Same(source.Token.Aborting.IsCancellationRequested, true, $"after {when}, Aborting of s{number} is");
            }

            for (var number = 0; number < _callbacks.Count; number++)
                Same(_callbacks[number].Runs, _callbacks[number].ExpectedRuns, $"after {when}, the runs of callback #{number} are");
        }

        private static string? Text(StopReason? reason) => reason is null ? null : reason.Cause == StopCause.Deadline && !reason.Message.StartsWith('r') ? "deadline" : reason.Message;

        private static void Same<T>(T actual, T expected, string what)
        {
            if (!EqualityComparer<T>.Default.Equals(actual, expected))
                throw new ScheduleException($"{what} {actual?.ToString() ?? "null"}, but the model says {expected?.ToString() ?? "null"}");
        }

        private void AddModel(SourceKind kind, IReadOnlyList<int> parents)
        {
            var model = new ModelSource(() => _now);
            foreach (var parent in parents)
                model.LinkTo(_models[parent], kind == SourceKind.Shield);
            _models.Add(model);
            model.Entered = stage => Call(model, stage);
        }

        // The model goes from deadline to deadline, as the clock does.
        private bool Advance(int milliseconds)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            var end = _now + milliseconds;
            while (_models.SelectMany(static model => new[] { model.StopDue?.At, model.AbortDue }).Min() is { } due && due <= end)
            {
                _now = due;
                if (_models.Sum(model => (model.StopDue?.At == due ? 1 : 0) + (model.AbortDue == due ? 1 : 0)) > 1)
                    return false;
                foreach (var model in _models)
                    model.Expire();
            }

            _now = end;
            return true;
        }

        private void Register(TokenStep step, int number)
        {
            var stage = step.Operation == TokenOperation.OnStop ? StopStage.Stopping : StopStage.Aborting;
            var model = _models[number];
            var callback = new Expected(model, stage);
            Action<StopReason> action = _ =>
            {
                callback.Runs++;
                if (step.Deed == TokenOperation.Throw)
                    throw new InvalidDataException("thrown by a callback");
            };
            var isReached = (stage == StopStage.Stopping ? model.Stop : model.Abort) is not null;
            callback.Registration = stage == StopStage.Stopping ? _sources[number].Token.OnStop(action) : _sources[number].Token.OnAbort(action);
            callback.ExpectedRuns = isReached ? 1 : 0;
            callback.IsListed = !isReached && !model.IsDisposed;
            _callbacks.Add(callback);
        }

        private static void Unregister(Expected callback, TokenOperation operation)
        {
            var isListed = callback is { IsListed: true, Source.IsDisposed: false };
            if (operation == TokenOperation.Unregister)
                Same(callback.Registration.Unregister(), isListed, "Unregister returned");
            else
                callback.Registration.Dispose();
            callback.IsListed = false;
        }

        private void Call(ModelSource model, StopStage stage)
        {
            foreach (var callback in _callbacks.Where(callback => callback.Source == model && callback.Stage == stage && callback.IsListed && !model.IsDisposed))
            {
                callback.ExpectedRuns++;
                callback.IsListed = false;
            }
        }
    }

    private sealed class Expected(ModelSource source, StopStage stage)
    {
        internal ModelSource Source => source;

        internal StopStage Stage => stage;

        internal int Runs { get; set; }

        internal int ExpectedRuns { get; set; }

        internal bool IsListed { get; set; }

        internal StopRegistration Registration { get; set; }
    }
}
