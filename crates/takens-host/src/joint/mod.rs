//! Joint runs: many processes, on many machines, that work in one run's folder.
//!
//! Nothing runs but these processes: no server, no open port. What they share is the folder, and what
//! they say to each other are small files in `joint/` inside it:
//!
//! - `members/NAME`: a process at work, which writes a higher number there every few seconds;
//! - `leases/TASK`: a task in flight, with the name of the member that has it;
//! - `done/NAME`: the tasks that a member has kept results of, a line for each;
//! - `choices/KEY`: parameters that tuning chose.
//!
//! A member takes a task by creating its lease, which one alone can do; looks whether the task is done
//! by now; runs it; keeps the result in a store file of its own; says so in its list; gives the lease
//! up. First come the tasks of its [`Share`], then those that other members have not come to.
//!
//! Whoever dies leaves leases behind. A member whose number stands still for the length of a lease, by
//! the clock of whoever watches, is taken for dead: clocks of two machines are never compared. Should
//! it live after all, two members end one task, with equal results: a waste, not a fault.
//!
//! No member opens the store of another at work, for SQLite cannot be trusted with a file that changes
//! on another machine. Start at [`Joint`].

mod choices;
mod done;
mod lease;
mod member;
mod order;
mod source;
mod state;

pub(crate) use source::{Joint, Next, known_before};
pub use state::{InFlight, MemberOverview};
pub(crate) use state::{end, view};

use std::path::{Path, PathBuf};
use std::time::Duration;

/// The part of a sweep that a member begins with: one of `of` about equal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    number: u32,
    of: u32,
}

impl Share {
    /// Share `number` of `of`, counted from 1; `None` if there is no such share.
    #[must_use]
    pub fn new(number: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&number).then_some(Self { number, of })
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// How a process takes part in a joint run.
#[derive(Debug, Clone, Copy)]
pub struct JointOptions {
    /// What it begins with; none: it helps others only.
    pub share: Option<Share>,
    /// How long a member may be silent before its tasks are given to others.
    pub lease: Duration,
}

impl JointOptions {
    /// A minute: file servers answer after seconds when they are busy.
    pub const LEASE: Duration = Duration::from_secs(60);
}

/// How often a member shows that it is alive.
fn beat_interval(lease: Duration) -> Duration {
    lease / 4
}

/// How often something that others do is looked for.
fn poll_interval(lease: Duration) -> Duration {
    (lease / 20).clamp(Duration::from_millis(50), Duration::from_secs(1))
}

/// Where a run's folder keeps what its members say to each other.
fn place(folder: &Path) -> PathBuf {
    folder.join("joint")
}
