//! The layout is the contract: sizes and offsets, as a C compiler on a 64-bit machine lays them out.

use crate::*;
use core::mem::{align_of, offset_of, size_of};

macro_rules! check {
    ($type:ty: $size:literal { $($field:ident at $offset:literal),* $(,)? }) => {
        assert_eq!(size_of::<$type>(), $size, concat!("size of ", stringify!($type)));
        assert_eq!(align_of::<$type>(), 8, concat!("alignment of ", stringify!($type)));
        $(assert_eq!(
            offset_of!($type, $field), $offset,
            concat!(stringify!($type), "::", stringify!($field))
        );)*
    };
}

#[test]
fn structs_lie_in_memory_as_version_1_0_says() {
    check!(Str: 16 { ptr at 0, len at 8 });
    check!(Error: 56 {
        struct_size at 0, status at 4, message at 8, message_capacity at 16, message_len at 24,
        detail at 32, detail_capacity at 40, detail_len at 48,
    });
    check!(Tensor: 56 {
        struct_size at 0, dtype at 4, ndim at 8, flags at 12, shape at 16, strides at 24,
        data at 32, owner at 40, release at 48,
    });
    check!(Series: 40 {
        struct_size at 0, flags at 4, values at 8, times at 16, start at 24, step at 32,
    });
    check!(Dataset: 64 {
        struct_size at 0, flags at 4, series_count at 8, series at 16, component_count at 24,
        names at 32, noise_kind at 40, noise_level at 56,
    });
    check!(OStream: 24 { struct_size at 0, ctx at 8, write at 16 });
    check!(IStream: 24 { struct_size at 0, ctx at 8, read at 16 });
    check!(Call: 80 {
        struct_size at 0, threads at 4, ctx at 8, seed at 16, stream at 24, deadline_ns at 32,
        memory_bytes at 40, cancel at 48, progress at 56, log at 64, random_f64 at 72,
    });
    check!(Method: 136 {
        struct_size at 0, id at 8, version at 24, kind at 40, params_schema at 56, caps at 72,
        create at 80, destroy at 88, fit at 96, forecast at 104, save at 112, load at 120,
        get_extension at 128,
    });
    check!(Host: 48 {
        struct_size at 0, abi_major at 4, abi_minor at 6, ctx at 8, name at 16, log at 32,
        get_extension at 40,
    });
    check!(Entry: 80 {
        magic at 0, struct_size at 8, abi_major at 12, abi_minor at 14, flags at 16, manifest at 24,
        init at 40, deinit at 48, method_count at 56, method at 64, get_extension at 72,
    });
    check!(Candidate: 40 {
        struct_size at 0, equation_count at 8, equations at 16, complexity at 24, loss at 32,
    });
    check!(CandidateSink: 24 { struct_size at 0, ctx at 8, push at 16 });
    check!(Symbolic: 16 { struct_size at 0, candidates at 8 });
    check!(Probabilistic: 16 { struct_size at 0, sample at 8 });
    check!(Jacobian: 16 { struct_size at 0, jacobian at 8 });
    check!(Online: 16 { struct_size at 0, update at 8 });
    assert_eq!(size_of::<Status>(), 4);
}

#[test]
fn a_field_beyond_the_struct_is_not_read() {
    let sink = CandidateSink {
        struct_size: offset_of!(CandidateSink, push) as u32,
        reserved: 0,
        ctx: core::ptr::dangling_mut(),
        push: None,
    };
    // SAFETY: the struct is whole, longer than it says.
    let (ctx, push) = unsafe {
        (
            covered!(&raw const sink, CandidateSink, ctx),
            covered!(&raw const sink, CandidateSink, push),
        )
    };
    assert!(ctx.is_some());
    assert!(push.is_none());
}

#[test]
fn the_magic_reads_as_text() {
    assert_eq!(&MAGIC.to_le_bytes(), b"TAKENSPL");
}

#[test]
fn text_may_be_null_if_empty() {
    // SAFETY: the empty text has no bytes; the other borrows a literal.
    unsafe {
        assert_eq!(Str::EMPTY.text(), Ok(""));
        assert_eq!(Str::new("x′").text(), Ok("x′"));
    }
}
