//! Checks of memory that is not given back.

use crate::validate::data;
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Subject, fail, is_refusal, told};
use ndarray::Array2;

/// Bytes that the C library's allocator has given out. Rust's system allocator is the same.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn in_use() -> Option<u64> {
    // SAFETY: a plain query.
    let info = unsafe { libc::mallinfo2() };
    Some((info.uordblks + info.hblkhd) as u64)
}

/// Not known elsewhere.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn in_use() -> Option<u64> {
    None
}

/// Blocks of rounds that are looked at. An allocator keeps some of what it is given back, now more and now
/// less; a leak grows in every block.
const BLOCKS: usize = 5;

/// What each round of `body` leaves behind, in bytes: in the block in which it is least.
fn leaking(warm: usize, rounds: usize, body: &mut dyn FnMut() -> Finding) -> Result<u64, Outcome> {
    let unknown = || Outcome::skipped("the allocator of this system cannot be asked");
    for _ in 0..warm {
        body()?;
    }
    let mut least = u64::MAX;
    for _ in 0..BLOCKS {
        let before = in_use().ok_or_else(unknown)?;
        for _ in 0..rounds / BLOCKS {
            body()?;
        }
        let after = in_use().ok_or_else(unknown)?;
        least = least.min(after.saturating_sub(before));
    }
    Ok(least / (rounds / BLOCKS) as u64)
}

/// A hundred instances.
pub(super) fn instances(subject: &Subject<'_>) -> Finding {
    let left = leaking(20, 100, &mut || subject.create().map(drop))?;
    if left >= 8 {
        fail!("each create and destroy leaves {left} bytes behind");
    }
    Ok(())
}

/// A few fits.
pub(super) fn fits(subject: &Subject<'_>) -> Finding {
    let data = subject.clean(data::SAMPLES / 2, 0)?;
    let context = data::context(&data);
    let setup = subject.setup();
    let left = leaking(3, 10, &mut || {
        let mut instance = subject.create()?;
        let answer = instance.fit(&data, &setup).and_then(|()| match instance.forecasts() {
            true => instance.forecast(&context, data::HORIZON, &setup),
            false => Ok(Array2::zeros((0, 0))),
        });
        match answer {
            Ok(_) => Ok(()),
            Err(failure) if is_refusal(failure.status) => Ok(()),
            Err(failure) => fail!("{}", told("clean data", &failure)),
        }
    })?;
    // The host itself keeps a few bytes of every call.
    if left >= 1024 {
        fail!("each fit and forecast leaves {left} bytes behind");
    }
    Ok(())
}
