//! One call's circumstances: seed, budget, the wish to stop, and the way back to the host.
//!
//! Start at [`Call`]. It has two backs: the host's callbacks, by the contract, and, for tests,
//! the same generator in this process.

use crate::Fault;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use takens_core::Stream;

/// One call's circumstances, to be asked from any thread.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call {
    /// The seed of the task. Draw numbers with [`Call::random`]; it knows the seed.
    pub seed: u64,
    /// Tells apart what one seed is used for. [`Call::random`] knows it, too.
    pub stream: u64,
    /// A hard budget of threads, at least 1.
    pub threads: usize,
    /// When the call should be over.
    pub deadline: Option<Instant>,
    /// How much memory the process may use, in bytes.
    pub memory: Option<u64>,
    pub(crate) back: Back,
}

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The result should not be used.
    Error,
    /// Something to look at.
    Warn,
    /// Something to know.
    Info,
    /// Something for the method's author.
    Debug,
}

/// How far a call for tests says it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// From 0 to 1.
    pub fraction: f64,
    /// The loss, if there is one.
    pub loss: Option<f64>,
    /// In words.
    pub text: String,
}

/// Where answers come from.
#[derive(Debug)]
pub(crate) enum Back {
    /// The host's callbacks.
    Host(crate::export::HostCall),
    /// This process.
    Local(Arc<Local>),
}

/// The back of a call for tests.
#[derive(Debug, Default)]
pub(crate) struct Local {
    cancel: AtomicU32,
    progress: Mutex<Vec<Progress>>,
    messages: Mutex<Vec<(Level, String)>>,
}

impl Call {
    /// A call without a host: the same random numbers as a host gives for this seed, one thread,
    /// no deadline.
    #[must_use]
    pub fn for_tests(seed: u64) -> Self {
        let back = Back::Local(Arc::default());
        Self { seed, stream: 0, threads: 1, deadline: None, memory: None, back }
    }

    /// The same call with a budget of threads.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// The same call with a deadline that far away.
    #[must_use]
    pub fn with_deadline(mut self, after: Duration) -> Self {
        self.deadline = Some(Instant::now() + after);
        self
    }

    /// Cancels a call for tests. A host's call is cancelled by the host alone.
    pub fn cancel(&self) {
        if let Back::Local(local) = &self.back {
            local.cancel.store(1, Ordering::Relaxed);
        }
    }

    /// Whether the host asked to stop. As cheap as reading one word.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        match &self.back {
            Back::Host(host) => host.cancelled(),
            Back::Local(local) => local.cancel.load(Ordering::Relaxed) != 0,
        }
    }

    /// To be asked in every long loop: goes on, or says why not.
    ///
    /// # Errors
    /// [`Fault::Cancelled`] if the host asked to stop, [`Fault::Timeout`] past the deadline.
    pub fn check(&self) -> Result<(), Fault> {
        if self.cancelled() {
            return Err(Fault::Cancelled);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Fault::Timeout),
            _ => Ok(()),
        }
    }

    /// Says how far the work has come: `fraction` from 0 to 1, the loss if there is one.
    pub fn progress(&self, fraction: f64, loss: Option<f64>, text: &str) {
        match &self.back {
            Back::Host(host) => host.progress(fraction, loss.unwrap_or(f64::NAN), text),
            Back::Local(local) => {
                let mut progress = local.progress.lock().unwrap_or_else(|lock| lock.into_inner());
                progress.push(Progress { fraction, loss, text: text.to_owned() });
            }
        }
    }

    /// Leaves a message in the task's log.
    pub fn log(&self, level: Level, text: &str) {
        match &self.back {
            Back::Host(host) => host.log(level.number(), text),
            Back::Local(local) => {
                let mut messages = local.messages.lock().unwrap_or_else(|lock| lock.into_inner());
                messages.push((level, text.to_owned()));
            }
        }
    }

    /// What a call for tests was told by [`Call::log`]; empty for a host's call.
    #[must_use]
    pub fn messages(&self) -> Vec<(Level, String)> {
        match &self.back {
            Back::Host(_) => Vec::new(),
            Back::Local(local) => {
                local.messages.lock().unwrap_or_else(|lock| lock.into_inner()).clone()
            }
        }
    }

    /// What a call for tests was told by [`Call::progress`]; empty for a host's call.
    #[must_use]
    pub fn reports(&self) -> Vec<Progress> {
        match &self.back {
            Back::Host(_) => Vec::new(),
            Back::Local(local) => {
                local.progress.lock().unwrap_or_else(|lock| lock.into_inner()).clone()
            }
        }
    }

    /// Random numbers, uniform in `[0, 1)`: number `offset + i` of `stream` into `out[i]`.
    ///
    /// The same place gives the same number, in whatever order it is asked for; different streams
    /// are independent. A method numbers its streams as it likes, below 2³².
    pub fn random(&self, stream: u64, offset: u64, out: &mut [f64]) {
        match &self.back {
            Back::Host(host) => host.random(stream, offset, out),
            Back::Local(_) => {
                random_stream(self.seed, self.stream, stream).fill_uniform(offset, out);
            }
        }
    }

    /// Standard normal numbers: number `offset + i` of `stream` into `out[i]`.
    ///
    /// The transform of Box and Muller on the uniform numbers at places `2 · (offset + i)` and the
    /// one after: use a stream for one or for the other.
    pub fn normal(&self, stream: u64, offset: u64, out: &mut [f64]) {
        let mut pairs = [0.0; 256];
        let mut place = offset;
        for chunk in out.chunks_mut(128) {
            let pairs = &mut pairs[..2 * chunk.len()];
            self.random(stream, 2 * place, pairs);
            for (value, pair) in chunk.iter_mut().zip(pairs.chunks_exact(2)) {
                // 1 - u is in (0, 1]: the logarithm is finite.
                let radius = (-2.0 * takens_core::math::log(1.0 - pair[0])).sqrt();
                *value = radius * takens_core::math::cos(std::f64::consts::TAU * pair[1]);
            }
            place += chunk.len() as u64;
        }
    }
}

impl Level {
    /// The number by which it crosses the boundary.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::Error => takens_abi::level::ERROR,
            Self::Warn => takens_abi::level::WARN,
            Self::Info => takens_abi::level::INFO,
            Self::Debug => takens_abi::level::DEBUG,
        }
    }
}

/// The stream that stands behind [`Call::random`]: what a host must give for `stream` of a call.
///
/// Streams of a method below 2³² never meet those of another stream of the call.
#[must_use]
pub fn random_stream(seed: u64, call_stream: u64, stream: u64) -> Stream {
    Stream::new(seed, (call_stream << 32).wrapping_add(stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_are_those_of_the_stream() {
        let call = Call::for_tests(3);
        let mut draws = [0.0; 300];
        call.normal(5, 7, &mut draws);
        for (index, draw) in draws.iter().enumerate() {
            assert_eq!(*draw, random_stream(3, 0, 5).normal(7 + index as u64));
        }
    }

    #[test]
    fn a_cancelled_call_says_so() {
        let call = Call::for_tests(0);
        assert_eq!(call.check(), Ok(()));
        call.cancel();
        assert_eq!(call.check(), Err(Fault::Cancelled));
        let late = Call::for_tests(0).with_deadline(Duration::ZERO);
        assert_eq!(late.check(), Err(Fault::Timeout));
    }

    #[test]
    fn messages_can_be_read_back() {
        let call = Call::for_tests(0);
        call.log(Level::Warn, "few data");
        call.progress(0.5, None, "half way");
        assert_eq!(call.messages(), [(Level::Warn, "few data".to_owned())]);
        assert_eq!(call.reports()[0].fraction, 0.5);
    }
}
