//! Checks of memory that is not given back.
//!
//! Where the method is a library, its allocator is asked, which knows every byte ([`Counter::Allocator`]). Where it
//! is a process, the kernel is asked, which knows pages ([`Counter::Pages`]): more rounds are made, for a small loss
//! to fill some.

use crate::load::process_id;
use crate::sandbox::tree;
use crate::validate::data;
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Subject, fail, is_refusal, told};
use ndarray::Array2;
use std::time::{Duration, Instant};

/// Who is asked how much memory is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counter {
    /// The allocator of this process.
    Allocator,
    /// The kernel, of the method's process and of all below it.
    Pages,
}

impl Counter {
    fn of_method() -> Self {
        if process_id().is_some() { Self::Pages } else { Self::Allocator }
    }

    /// Bytes in use.
    fn in_use(self) -> Result<u64, Outcome> {
        let (bytes, whom) = match self {
            Self::Allocator => (allocated(), "the allocator of this system"),
            Self::Pages => {
                (process_id().and_then(tree::private), "the kernel for a process's pages")
            }
        };
        bytes.ok_or_else(|| Outcome::skipped(format!("{whom} cannot be asked")))
    }
}

/// Bytes that the C library's allocator has given out. Rust's system allocator is the same.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn allocated() -> Option<u64> {
    // SAFETY: a plain query.
    let info = unsafe { libc::mallinfo2() };
    Some((info.uordblks + info.hblkhd) as u64)
}

/// Not known elsewhere.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn allocated() -> Option<u64> {
    None
}

/// Blocks of rounds that are looked at. An allocator keeps some of what it is given back, now more and now
/// less; a leak grows in every block.
const BLOCKS: usize = 5;
/// Where pages are counted, what an allocator had free before hides the first few hundred kilobytes of a leak. So
/// much time goes into filling that, unless rounds are so quick that fewer do.
const FILL_TIME: Duration = Duration::from_secs(4);
/// How long a block for pages may take, if it has more than its fewest rounds.
const BLOCK_TIME: Duration = Duration::from_secs(1);
/// A block that leaves no more than this behind shows nothing where pages are counted.
const FEW_PAGES: u64 = 2 * 4096;

/// How often something is done, and what it may leave behind.
struct Rounds {
    /// Before anything is counted.
    warm: usize,
    /// In a block; where pages are counted and time allows, more.
    block: usize,
    /// In a block at most, where pages are counted.
    most: usize,
    /// Bytes a round that are a leak, where bytes are counted, and where pages are.
    leak: (u64, u64),
}

/// What each round of `body` leaves behind, in bytes, in the block in which it is least; none if it is no leak.
fn leaking(rounds: &Rounds, body: &mut dyn FnMut() -> Finding) -> Result<Option<u64>, Outcome> {
    let counter = Counter::of_method();
    let mut quickest = f64::MAX;
    for _ in 0..rounds.warm {
        let begun = Instant::now();
        body()?;
        quickest = quickest.min(begun.elapsed().as_secs_f64());
    }
    let (each, leak) = match counter {
        Counter::Allocator => (rounds.block, rounds.leak.0 * rounds.block as u64),
        Counter::Pages => {
            let within = |time: Duration| (time.as_secs_f64() / quickest) as usize;
            for _ in 0..within(FILL_TIME).min(2 * rounds.most) {
                body()?;
            }
            let each = within(BLOCK_TIME).clamp(rounds.block, rounds.most);
            (each, (rounds.leak.1 * each as u64).max(FEW_PAGES))
        }
    };
    let mut least = u64::MAX;
    for _ in 0..BLOCKS {
        let before = counter.in_use()?;
        for _ in 0..each {
            body()?;
        }
        least = least.min(counter.in_use()?.saturating_sub(before));
    }
    Ok((least >= leak).then_some(least / each as u64))
}

/// Many instances.
pub(super) fn instances(subject: &Subject<'_>) -> Finding {
    let rounds = Rounds { warm: 20, block: 20, most: 200, leak: (8, 100) };
    match leaking(&rounds, &mut || subject.create().map(drop))? {
        Some(left) => fail!("each create and destroy leaves {left} bytes behind"),
        None => Ok(()),
    }
}

/// Samples of the data of fits. Long data fill pages where they are kept; where fits of those are slow, short ones
/// must do, and only a loss that is larger than the data is seen.
const SHORT: usize = data::SAMPLES / 2;
const LONG: usize = data::SAMPLES * 8;
const SLOW: Duration = Duration::from_millis(500);

/// A few fits.
pub(super) fn fits(subject: &Subject<'_>) -> Finding {
    let data = match Counter::of_method() {
        Counter::Allocator => subject.clean(SHORT, 0)?,
        Counter::Pages => {
            // The first fit may have to import something.
            subject.clean(LONG, 0)?;
            let begun = Instant::now();
            let data = subject.clean(LONG, 0)?;
            if begun.elapsed() < SLOW { data } else { subject.clean(SHORT, 0)? }
        }
    };
    let context = data::context(&data);
    let setup = subject.setup();
    // The host itself keeps a few bytes of every call.
    let rounds = Rounds { warm: 3, block: 2, most: 20, leak: (1024, 1024) };
    let left = leaking(&rounds, &mut || {
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
    match left {
        Some(left) => fail!("each fit and forecast leaves {left} bytes behind"),
        None => Ok(()),
    }
}
