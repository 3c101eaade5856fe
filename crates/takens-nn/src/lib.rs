//! candle blocks that learned methods share.
