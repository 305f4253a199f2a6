using System.Runtime.CompilerServices;

namespace StopKit;

/// <summary>
/// The bounded queue of a <see cref="QueueWorker{T}"/>: its items, the posts that wait for room, and the handlers that
/// wait for items.
/// </summary>
/// <remarks>
/// <code>
/// open ──Close──▶ closed: takes no more, hands out what it has ──Cut──▶ cut: hands out nothing more, keeps the rest
///   └───────────────the source aborts: as cut──────────────────────────────▲
/// </code>
/// <para>
/// Posts wait only while it is full, handlers only while it is empty. An item that is taken makes room for the oldest
/// waiting post in the same step. So posts keep their order, also against a <see cref="TryAdd"/> that comes while posts
/// wait, and each costs the same however many wait.
/// </para>
/// <para>A monitor guards everything. Nothing is released under it, because a release may run a scheduler's
/// code.</para>
/// </remarks>
internal sealed class Intake<T>(int capacity, StopSource source)
{
    private readonly object _lock = new();
    private readonly List<(long Number, T Item)> _handedBack = []; // by number, which is the order in which items were accepted
    private T[] _ring = new T[Math.Min(capacity, 16)];
    private WaitQueue _posts;
    private WaitQueue _handlers;
    private int _first;
    private int _count;
    private long _taken;
    private bool _isClosed;
    private bool _isCut;

    /// <summary>Gets the number of items that wait for a handler.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return IsOver ? 0 : _count;
        }
    }

    // The source is looked at as well, because it is marked a moment before the queue is closed.
    private bool IsOver => _isCut || source.IsAbortRequested;

    private bool IsOpen => !_isClosed && !source.IsStopRequested;

    /// <summary>Adds an item if there is room.</summary>
    internal bool TryAdd(T item)
    {
        Waiter? handler;
        lock (_lock)
        {
            if (_count == capacity || !IsOpen)
                return false;
            Append(item);
            handler = _handlers.TakeOldest();
        }

        handler?.Release();
        return true;
    }

    /// <summary>
    /// Adds a post's item if there is room, otherwise lets the post wait for it; see
    /// <see cref="WaitingPost{T}.Answer"/>.
    /// </summary>
    /// <returns>True if the post waits.</returns>
    internal bool AddOrWait(WaitingPost<T> post)
    {
        Waiter? handler;
        lock (_lock)
        {
            if (!IsOpen)
            {
                post.Answer = PostAnswer.Refused;
                return false;
            }

            if (_count == capacity)
            {
                _posts.Add(post);
                return true;
            }

            Append(post.Item);
            post.Answer = PostAnswer.Accepted;
            handler = _handlers.TakeOldest();
        }

        handler?.Release();
        return false;
    }

    /// <summary>Takes back a post that waits; false if it has its answer.</summary>
    internal bool GiveUp(WaitingPost<T> post)
    {
        lock (_lock)
        {
            if (!_posts.Remove(post))
                return false;
            post.Answer = PostAnswer.GivenUp;
            return true;
        }
    }

    /// <summary>Takes the oldest item; without one, lets the handler wait until there may be one.</summary>
    /// <param name="handler">The handler, which does not wait.</param>
    /// <param name="item">The item.</param>
    /// <param name="number">Its place in the order of all items.</param>
    internal NextItem Take(IdleHandler handler, out T item, out long number)
    {
        Waiter? post = null;
        lock (_lock)
        {
            if (IsOver || (_count == 0 && _isClosed))
            {
                (item, number) = (default!, -1);
                return NextItem.None;
            }

            if (_count == 0)
            {
                (item, number) = (default!, -1);
                _handlers.Add(handler);
                return NextItem.Wait;
            }

            item = RemoveFirst();
            number = _taken++;
            if (IsOpen && (post = _posts.TakeOldest()) is not null)
            {
                var accepted = Unsafe.As<WaitingPost<T>>(post); // nothing else is queued there
                Append(accepted.Item);
                accepted.Answer = PostAnswer.Accepted;
            }
        }

        post?.Release();
        return NextItem.Taken;
    }

    /// <summary>Takes no more items, and refuses the posts that wait; false if it was closed.</summary>
    internal bool Close()
    {
        Waiter? posts;
        Waiter? handlers;
        lock (_lock)
        {
            if (_isClosed)
                return false;
            _isClosed = true;
            posts = _posts.TakeAll(); // their answer is Refused unless it is set
            handlers = _handlers.TakeAll();
        }

        WaitQueue.ReleaseAll(posts);
        WaitQueue.ReleaseAll(handlers);
        return true;
    }

    /// <summary>Hands out nothing more.</summary>
    internal void Cut()
    {
        Close();
        lock (_lock)
            _isCut = true;
    }

    /// <summary>Keeps an item that was taken and will not be handled.</summary>
    internal void HandBack(long number, T item)
    {
        lock (_lock)
        {
            var place = _handedBack.Count;
            while (place > 0 && _handedBack[place - 1].Number > number)
                place--;
            _handedBack.Insert(place, (number, item));
        }
    }

    /// <summary>Copies what was handed back and, once nothing more is handed out, what waits; oldest first.</summary>
    internal IReadOnlyList<T> Unhandled()
    {
        lock (_lock)
            return CopyUnhandled();
    }

    /// <summary>Does the same, and keeps none of it.</summary>
    internal IReadOnlyList<T> TakeUnhandled()
    {
        lock (_lock)
        {
            var items = CopyUnhandled();
            _handedBack.Clear();
            if (IsOver)
            {
                _isCut = true;
                (_ring, _first, _count) = ([], 0, 0);
            }

            return items;
        }
    }

    private List<T> CopyUnhandled()
    {
        var waiting = IsOver ? _count : 0;
        var items = new List<T>(_handedBack.Count + waiting);
        foreach (var (_, item) in _handedBack)
            items.Add(item);
        for (var i = 0; i < waiting; i++)
            items.Add(_ring[(_first + i) % _ring.Length]);
        return items;
    }

    private void Append(T item)
    {
        if (_count == _ring.Length)
            Grow();
        var end = _first + _count;
        _ring[end < _ring.Length ? end : end - _ring.Length] = item;
        _count++;
    }

    private T RemoveFirst()
    {
        var item = _ring[_first];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            _ring[_first] = default!;
        if (++_first == _ring.Length)
            _first = 0;
        _count--;
        return item;
    }

    private void Grow()
    {
        var ring = new T[(int)Math.Min(capacity, 2L * _ring.Length)];
        for (var i = 0; i < _count; i++)
            ring[i] = _ring[(_first + i) % _ring.Length];
        (_ring, _first) = (ring, 0);
    }
}
