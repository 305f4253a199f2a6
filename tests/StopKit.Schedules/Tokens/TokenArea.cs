using CsCheck;

namespace StopKit.Schedules.Tokens;

/// <summary>The schedules over trees of sources.</summary>
public static class TokenArea
{
    /// <summary>Gets the area.</summary>
    public static Area Area { get; } = new("tokens", Gen.Frequency((3, TokenRace.Any), (1, TokenModel.Any)), SideBySide: 1);
}
