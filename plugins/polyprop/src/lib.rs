//! polyprop
