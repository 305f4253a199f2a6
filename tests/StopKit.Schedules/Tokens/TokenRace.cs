using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace StopKit.Schedules.Tokens;

/// <summary>Several lanes of steps over one tree of sources, at the same time.</summary>
/// <remarks>
/// Invariants, by the contracts of the design: one winner, whose reason stays (1); a reason for everyone who sees the stop (2); below a request that
/// returned, lost or won, everything is marked (3); every callback once, newest first, child before parent, none after its registration was given up (4);
/// nobody has another reason than its own or one from above (6); a disposed tree has no live children (6); nothing throws (7); every wait ends (8).
/// </remarks>
public sealed class TokenRace : Schedule
{
    private readonly TokenTree _tree;
    private readonly IReadOnlyList<IReadOnlyList<TokenStep>> _lanes;
    private readonly IReadOnlyList<TokenStep> _before;
    private readonly (int Parent, int Count) _crowd;
    private readonly HashSet<int> _disposed;

    private TokenRace(TokenTree tree, IReadOnlyList<TokenStep> before, IReadOnlyList<IReadOnlyList<TokenStep>> lanes, (int Parent, int Count) crowd)
    {
        _tree = tree;
        _before = [.. before.Where(static step => step is { Operation: TokenOperation.OnStop or TokenOperation.OnAbort or TokenOperation.TakeTokens }
            or { Operation: TokenOperation.StopAfter, Milliseconds: > 0 })];
        _lanes = lanes;
        _crowd = (crowd.Parent % tree.Count, crowd.Count);
        _disposed = [.. lanes.SelectMany(static lane => lane).Concat(_before).Where(static step => step.MayDispose)
            .Select(step => (step.Operation == TokenOperation.Dispose ? step.Source : step.Other) % tree.Count)];
    }

    /// <summary>Gets the generator.</summary>
    public static Gen<Schedule> Any { get; } = Gen.Select(
        TokenTree.Any,
        TokenStep.Any.Array[0, 8],
        TokenStep.Any.Array[1, 6].Array[1, 4],
        Gen.Select(Gen.Int[0, 99], Gen.Frequency(
            (12, Gen.Const(0)), (3, Gen.Int[1, 40]), (1, Gen.Int[500, 4000]))),
        static (tree, before, lanes, crowd) => (Schedule)new TokenRace(tree, before, lanes, crowd));

    /// <inheritdoc/>
    public override void Run(Team team, TimeSpan unit)
    {
        using var scene = new Scene(this);
        scene.Run(team);
    }

    /// <inheritdoc/>
    public override IEnumerable<Schedule> Smaller() =>
        WithoutOneStep(_lanes).Select(lanes => new TokenRace(_tree, _before, lanes, _crowd))
            .Concat(WithoutOne(_before).Select(before => new TokenRace(_tree, before, _lanes, _crowd)))
            .Concat(_tree.Smaller().Select(tree => new TokenRace(tree, _before, _lanes, _crowd)))
            .Concat(_crowd.Count == 0 ? [] : [new TokenRace(_tree, _before, _lanes, (_crowd.Parent, _crowd.Count / 2))]);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{_tree}\n" + (_crowd.Count == 0 ? "" : $"  {_crowd.Count} more below s{_crowd.Parent}\n")
        + (_before.Count == 0 ? "" : $"  before: {Text(_before)}\n") + string.Join("\n", _lanes.Select((lane, number) => $"  lane {number}: {Text(lane)}"));

    private string Text(IEnumerable<TokenStep> steps) => string.Join("; ", steps.Select(step => step.ToString(_tree.Count)));

    /// <summary>One run.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly TokenRace _race;
        private readonly FakeTimeProvider _clock = new();
        private readonly List<StopSource> _sources;
        private readonly StopSource[] _crowd;
        private readonly HashSet<int>[] _stoppedWith;
        private readonly HashSet<int>[] _abortedWith;
        private readonly ConcurrentQueue<(int Source, StopStage Stage, string Message)> _wins = [];
        private readonly ConcurrentQueue<Callback> _callbacks = [];
        private readonly ConcurrentQueue<(StopSource Source, int[] Parents)> _extra = [];
        private readonly ConcurrentQueue<Task<bool>> _waits = [];
        private readonly WaitHandle _never = new ManualResetEvent(initialState: false);
        private int _reasons;
        private int _order;
        private int _lanesInWait;
        private int _lanesAtWork;

        internal Scene(TokenRace race)
        {
            _race = race;
            _sources = race._tree.Make(_clock);
            _crowd = [.. Enumerable.Range(0, race._crowd.Count).Select(_ => StopSource.LinkedTo(_sources[race._crowd.Parent].Token))];
            _stoppedWith = [.. Enumerable.Range(0, _sources.Count).Select(source => race._tree.Below(source, withShields: false))];
            _abortedWith = [.. Enumerable.Range(0, _sources.Count).Select(source => race._tree.Below(source, withShields: true))];
        }

        private int Count => _sources.Count;

        public void Dispose() => _never.Dispose();

        internal void Run(Team team)
        {
            foreach (var step in _race._before)
                Do(step, isBefore: true);
            _lanesAtWork = _race._lanes.Count;
            team.Run([.. _race._lanes.Select(lane => (Action)(() => RunLane(lane)))], EndWaits);
            Finish();
        }

        private static void Require(bool condition, string otherwise)
        {
            if (!condition)
                throw new ScheduleException(otherwise);
        }

        private void RunLane(IReadOnlyList<TokenStep> lane)
        {
            try
            {
                foreach (var step in lane)
                    Do(step, isBefore: false);
            }
            finally
            {
                Interlocked.Decrement(ref _lanesAtWork);
            }
        }

        // The waits are for the fake clock, which nobody moves if all lanes wait.
        private void EndWaits()
        {
            var atWork = Volatile.Read(ref _lanesAtWork);
            if (atWork > 0 && Volatile.Read(ref _lanesInWait) >= atWork)
                _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        private void Do(TokenStep step, bool isBefore)
        {
            var number = step.Source % Count;
            var source = _sources[number];
            var time = TimeSpan.FromMilliseconds(step.Milliseconds);
            switch (step.Operation)
            {
                case TokenOperation.Stop or TokenOperation.StopWithGrace or TokenOperation.Abort:
                    Request(number, step.Operation, time);
                    break;
                case TokenOperation.StopAfter:
                    source.StopAfter(time, NextReason());
                    break;
                case TokenOperation.Advance:
                    _clock.Advance(time);
                    break;
                case TokenOperation.Dispose:
                    source.Dispose();
                    break;
                case TokenOperation.Link or TokenOperation.Shield:
                    MakeMore(step);
                    break;
                case TokenOperation.OnStop or TokenOperation.OnAbort:
                    Register(step, isBefore);
                    break;
                case TokenOperation.Unregister:
                    Unregister(step.Other);
                    break;
                case TokenOperation.DisposeRegistration:
                    DisposeRegistration(step.Other);
                    break;
                case TokenOperation.Wait:
                    Wait(() => source.Token.Wait(time), source);
                    break;
                case TokenOperation.WaitAsync:
                    _waits.Enqueue(source.Token.WaitAsync(time).AsTask());
                    break;
                case TokenOperation.WaitHandle:
                    Wait(() => source.Token.Wait(_never, time) == StopWaitResult.StopRequested, source);
                    break;
                case TokenOperation.TakeTokens:
                    _ = (source.Token.Stopping, source.Token.Aborting);
                    break;
                default:
                    Look(source);
                    break;
            }
        }

        private StopReason NextReason() => $"r{Interlocked.Increment(ref _reasons)}";

        private void Request(int number, TokenOperation operation, TimeSpan grace)
        {
            var source = _sources[number];
            var reason = NextReason();
            var won = operation switch
            {
                TokenOperation.Stop => source.RequestStop(reason),
                TokenOperation.StopWithGrace => source.RequestStop(reason, grace),
                _ => source.RequestAbort(reason),
            };
            var stage = operation == TokenOperation.Abort ? StopStage.Aborting : StopStage.Stopping;
            if (won)
                _wins.Enqueue((number, stage, reason.Message));
            if (_race._disposed.Contains(number))
                return;
            Require(source.Stage >= stage, $"s{number} is {source.Stage} after {operation} has returned {won}");
            foreach (var below in (stage == StopStage.Aborting ? _abortedWith : _stoppedWith)[number])
            {
                if (!_race._disposed.Contains(below))
                    Require(_sources[below].Stage >= stage, $"contract 3: s{below} is {_sources[below].Stage} after {operation} of s{number}, above it, has returned {won}");
            }

            if (_race._crowd.Parent == number || _stoppedWith[number].Contains(_race._crowd.Parent))
            {
                var left = _crowd.Count(child => child.Stage < stage);
                Require(left == 0, $"contract 3: {left} of {_crowd.Length} more are not marked after {operation} of s{number} has returned {won}");
            }
        }

        private void MakeMore(TokenStep step)
        {
            int[] parents = step.Operation == TokenOperation.Shield ? [step.Source % Count] : [step.Source % Count, step.Other % Count];
            var kind = step.Operation == TokenOperation.Shield ? SourceKind.Shield : SourceKind.Linked;
            var made = TokenTree.Make(kind, [.. parents.Select(parent => _sources[parent].Token)], _clock);
            if (step.Milliseconds % 2 == 0)
                made.Dispose();
            else
                _extra.Enqueue((made, parents));
        }

        private void Register(TokenStep step, bool isBefore)
        {
            var number = step.Source % Count;
            var stage = step.Operation == TokenOperation.OnStop ? StopStage.Stopping : StopStage.Aborting;
            var callback = new Callback(number, stage, isBefore) { Order = Interlocked.Increment(ref _order) };
            callback.Deed = () => DoInCallback(step, callback);
            _callbacks.Enqueue(callback);
            var token = _sources[number].Token;
            callback.Registration = stage == StopStage.Stopping ? token.OnStop(reason => Run(callback, reason)) : token.OnAbort(reason => Run(callback, reason));
            callback.IsRegistered = true;
        }

        private void Run(Callback callback, StopReason reason)
        {
            Interlocked.Increment(ref callback.Running);
            callback.Runs++;
            callback.Thread = Environment.CurrentManagedThreadId;
            callback.RunOrder = Interlocked.Increment(ref _order);
            callback.Reason = reason;
            try
            {
                callback.Deed();
            }
            finally
            {
                Interlocked.Decrement(ref callback.Running);
            }
        }

        private void DoInCallback(TokenStep step, Callback callback)
        {
            switch (step.Deed)
            {
                case TokenOperation.Throw:
                    callback.Throws = true;
                    throw new InvalidDataException("thrown by a callback");
                case TokenOperation.UnregisterSelf:
                    Require(!callback.IsRegistered || !callback.Registration.Unregister(), "contract 4: Unregister of a running callback has returned true");
                    break;
                case TokenOperation.DisposeSelf:
                    if (callback.IsRegistered)
                        callback.Registration.Dispose();
                    break;
                case TokenOperation.OnStop or TokenOperation.OnAbort:
                    Register(step with { Operation = step.Deed, Source = step.Other, Deed = TokenOperation.Look }, isBefore: false);
                    break;
                default:
                    Do(step with { Operation = step.Deed, Source = step.Other, Other = step.Source }, isBefore: false);
                    break;
            }
        }

        private void Unregister(int which)
        {
            if (Pick(which) is not { } callback || !callback.Registration.Unregister())
                return;
            Require(callback.Runs == 0, $"contract 4: Unregister of {callback} has returned true, but it has run");
            Require(Interlocked.Increment(ref callback.Unregistered) == 1, $"contract 4: Unregister of {callback} has returned true twice");
        }

        private void DisposeRegistration(int which)
        {
            if (Pick(which) is not { } callback)
                return;
            callback.Registration.Dispose();
            callback.IsGivenUp = true;
            Require(Volatile.Read(ref callback.Running) == 0, $"contract 4: {callback} runs after its registration was disposed");
            callback.RunsWhenGivenUp = callback.Runs;
        }

        private Callback? Pick(int which)
        {
            var all = _callbacks.ToArray();
            var picked = all.Length == 0 ? null : all[which % all.Length];
            return picked is { IsRegistered: true } ? picked : null;
        }

        private void Wait(Func<bool> wait, StopSource source)
        {
            Interlocked.Increment(ref _lanesInWait);
            try
            {
                if (wait())
                    Look(source, mustBeStopped: true);
            }
            finally
            {
                Interlocked.Decrement(ref _lanesInWait);
            }
        }

        private static void Look(StopSource source, bool mustBeStopped = false)
        {
            var token = source.Token;
            var before = token.Stage;
            Require(!mustBeStopped || before >= StopStage.Stopping, "contract 8: a wait has told of a stop that is not there");
            Require(before < StopStage.Stopping || token.Reason is not null, "contract 2: stopped without a reason");
            Require(before < StopStage.Aborting || token.AbortReason is not null, "contract 2: aborted without a reason");
            Require(token.Stage >= before, "a stage went backwards");
            _ = (source.LiveChildren, source.CallbackExceptions.Count, token.CanBeStopped);
        }

        private void Finish()
        {
            for (var number = 0; number < Count; number++)
                _sources[number].RequestAbort($"end of s{number}");
            _clock.Advance(TimeSpan.FromHours(1));
            foreach (var wait in _waits)
                Require(wait.Wait(TimeSpan.FromSeconds(30)), "contract 8: a WaitAsync has not ended");
            for (var number = 0; number < Count; number++)
                CheckSource(number);
            foreach (var callback in _callbacks)
                CheckCallback(callback);
            CheckOrder();
            foreach (var (extra, parents) in _extra)
            {
                Require(
                    extra.Stage == StopStage.Aborting || Array.TrueForAll(parents, _race._disposed.Contains),
                    $"contract 6: a source that was made below {string.Join(" ", parents.Select(static parent => $"s{parent}"))} is {extra.Stage} after the abort of all");
                extra.Dispose();
            }

            foreach (var source in _sources.Concat(_crowd))
                source.Dispose();
            Require(_sources.TrueForAll(static source => source.LiveChildren == 0), "contract 6: a live child is left when all are disposed");
        }

        private void CheckSource(int number)
        {
            var source = _sources[number];
            Look(source);
            Require(source.Stage == StopStage.Aborting || _race._disposed.Contains(number), $"s{number} is {source.Stage} after its abort");
            foreach (var stage in new[] { StopStage.Stopping, StopStage.Aborting })
            {
                var wins = _wins.Where(win => win.Source == number && win.Stage == stage).ToList();
                Require(wins.Count <= 1, $"contract 1: {wins.Count} requests of s{number} have won");
                var reason = stage == StopStage.Stopping ? source.Reason : source.AbortReason;
                Require(wins.Count == 0 || reason?.Message == wins[0].Message, $"contract 1: the reason of s{number} is '{reason}', but the winner said '{wins.FirstOrDefault().Message}'");
            }

            var isOwn = _wins.Any(win => win.Source == number && win.Message == source.Reason?.Message);
            var above = Enumerable.Range(0, number).Where(other => _abortedWith[other].Contains(number)).Select(other => _sources[other]);
            Require(
                isOwn || source.Reason is null || !source.Reason.Message.StartsWith('r') || IsFromTimer(source.Reason)
                    || above.Any(other => ReferenceEquals(other.Reason, source.Reason) || ReferenceEquals(other.AbortReason, source.Reason)),
                $"contract 6: the reason of s{number}, '{source.Reason}', is neither its own nor the instance of one above it");
            var thrown = _callbacks.Count(callback => callback.Source == number && callback is { Throws: true });
            Require(
                source.CallbackExceptions.Count(static exception => exception is InvalidDataException) == thrown,
                string.Create(CultureInfo.InvariantCulture, $"contract 4: s{number} keeps {source.CallbackExceptions.Count} exceptions, but {thrown} were thrown: {string.Join("; ", source.CallbackExceptions)}"));
            if (source.CallbackExceptions.FirstOrDefault(static exception => exception is not InvalidDataException) is { } failure)
                throw failure is ScheduleException ? failure : new ScheduleException($"contract 7: a callback of s{number} met {failure}");
        }

        // A deadline says r... too, if it came by StopAfter; then no request has won with it.
        private bool IsFromTimer(StopReason reason) => _wins.All(win => win.Message != reason.Message);

        private void CheckCallback(Callback callback)
        {
            Require(callback.Runs <= 1, $"contract 4: {callback} has run {callback.Runs} times");
            Require(callback.Unregistered == 0 || callback.Runs == 0, $"contract 4: {callback} has run though Unregister has returned true");
            Require(!callback.IsGivenUp || callback.Runs == callback.RunsWhenGivenUp, $"contract 4: {callback} has run after its registration was disposed");
            var source = _sources[callback.Source];
            if (callback.Runs == 0)
            {
                Require(
                    callback.Unregistered > 0 || callback.IsGivenUp || _race._disposed.Contains(callback.Source),
                    $"contract 4: {callback} has never run");
                return;
            }

            var expected = callback.Stage == StopStage.Stopping ? source.Reason : source.AbortReason;
            Require(ReferenceEquals(callback.Reason, expected), $"contract 4: {callback} was told '{callback.Reason}', but the reason is '{expected}'");
        }

        private void CheckOrder()
        {
            var ran = _callbacks.Where(static callback => callback is { IsBefore: true, Runs: 1 }).OrderBy(static callback => callback.RunOrder).ToList();
            for (var first = 0; first < ran.Count; first++)
            {
                for (var second = first + 1; second < ran.Count; second++)
                    CheckOrder(ran[first], ran[second]);
            }
        }

        private void CheckOrder(Callback first, Callback second)
        {
            if (first.Stage != second.Stage)
                return;
            if (first.Source == second.Source)
            {
                Require(first.Order > second.Order, $"contract 4: {first} ran before {second}, which is newer");
                Require(first.Thread == second.Thread, $"contract 4: {first} and {second} ran on two threads");
                return;
            }

            // Only of one request, which one thread completes: what two requests claim side by side has no order.
            var isBelow = (first.Stage == StopStage.Stopping ? _stoppedWith : _abortedWith)[first.Source].Contains(second.Source);
            if (isBelow && first.Thread == second.Thread && ReferenceEquals(first.Reason, second.Reason)
                && _race._disposed.Count == 0)
            {
                throw new ScheduleException($"contract 4: {first} ran before {second}, which is below it");
            }
        }
    }

    private sealed class Callback(int source, StopStage stage, bool isBefore)
    {
        internal int Running;
        internal int Unregistered;

        internal int Source => source;

        internal StopStage Stage => stage;

        internal bool IsBefore => isBefore;

        internal required int Order { get; init; }

        internal Action Deed { get; set; } = static () => { };

        internal StopRegistration Registration { get; set; }

        internal volatile bool IsRegistered;
        internal volatile bool IsGivenUp;
        internal volatile int Runs;

        internal bool Throws { get; set; }

        internal int RunsWhenGivenUp { get; set; }

        internal int Thread { get; set; }

        internal int RunOrder { get; set; }

        internal StopReason? Reason { get; set; }

        public override string ToString() => $"callback #{Order} of s{source} ({stage})";
    }
}
