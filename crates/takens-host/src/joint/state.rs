//! A joint run seen from outside: who is at work, and the end of it.

use super::done::{Done, Lists};
use super::{beat_interval, lease, member, place};
use crate::run::RunError;
use crate::store::StoreError;
use serde::Serialize;
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// A joint run as it is now.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// Members that have joined and not left.
    pub(crate) members: Vec<MemberOverview>,
    /// What they have in flight.
    pub(crate) in_flight: Vec<InFlight>,
    /// By the name of the store file, what these members have done.
    pub(crate) lists: HashMap<String, Vec<Done>>,
}

/// One member of a joint run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberOverview {
    /// Its name.
    pub name: String,
    /// Its machine.
    pub host: String,
    /// Its process.
    pub process: u32,
    /// The share that it began with, as `3/8`; empty if it helps others only.
    pub share: String,
    /// Results that it has kept.
    pub results: usize,
    /// Seconds since it was heard of, as far as the clocks of two machines agree.
    pub silent_seconds: Option<f64>,
    /// How long it may be silent until others take its tasks.
    pub lease_seconds: f64,
}

/// What a member has in flight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InFlight {
    /// The task, or `tune-KEY`: a method is being tuned.
    pub task: String,
    /// The member's name.
    pub member: String,
}

/// The joint run in a folder, if there is one.
pub(crate) fn view(folder: &Path) -> Result<View, StoreError> {
    let place = place(folder);
    look(&place).map_err(|error| StoreError::Folder { path: place.clone(), error })
}

fn look(place: &Path) -> io::Result<View> {
    let in_flight = lease::all(place)?.into_iter();
    let mut view = View {
        in_flight: in_flight.map(|(task, member)| InFlight { task, member }).collect(),
        ..View::default()
    };
    for card in member::all(place)? {
        let (store, list) = Lists::of(place, &card.name)?;
        view.members.push(MemberOverview {
            silent_seconds: member::silent_for(place, &card.name),
            name: card.name,
            host: card.host,
            process: card.process,
            share: card.share,
            results: list.len(),
            lease_seconds: card.lease_seconds,
        });
        view.lists.insert(store, list);
    }
    Ok(view)
}

/// Ends what members have left of a joint run, so that their stores are read like any other.
///
/// Of members that were killed there is no telling at once whether they are: this waits for a sign
/// of life as long as one may take.
///
/// # Errors
/// [`RunError::AtWork`] if a member is alive.
pub(crate) fn end(folder: &Path) -> Result<(), RunError> {
    let place = place(folder);
    let refuse = |error| StoreError::Folder { path: place.clone(), error };
    if !place.exists() {
        return Ok(());
    }
    let cards = member::all(&place).map_err(refuse)?;
    let longest = cards.iter().map(|card| card.lease_seconds).fold(0.0, f64::max);
    let longest = Duration::try_from_secs_f64(longest).unwrap_or_default();
    let patience = beat_interval(longest).mul_f64(1.5);
    let begun = Instant::now();
    while !cards.is_empty() && begun.elapsed() < patience {
        std::thread::sleep(patience / 30);
        // Whoever is new, or shows another number, is at work.
        let mut now = member::all(&place).map_err(refuse)?;
        now.retain(|card| !cards.contains(card));
        if !now.is_empty() {
            let name = |card: &member::Card| format!("process {} on {}", card.process, card.host);
            let members = now.iter().map(name).collect::<Vec<_>>().join(", ");
            return Err(RunError::AtWork { folder: folder.into(), members });
        }
    }
    std::fs::remove_dir_all(&place).map_err(refuse)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::JointOptions;
    use super::super::member::Member;
    use super::*;

    #[test]
    fn a_run_ends_unless_somebody_is_at_work() {
        let folder = tempfile::tempdir().unwrap();
        end(folder.path()).unwrap();
        let options = JointOptions { share: None, lease: Duration::from_millis(200) };
        let (member, name) = Member::join(&place(folder.path()), &options).unwrap();
        let error = end(folder.path()).unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        let seen = view(folder.path()).unwrap();
        assert_eq!(seen.members[0].name, name);
        // A killed one leaves its file.
        let path = place(folder.path()).join("members").join(&name);
        let left = std::fs::read(&path).unwrap();
        drop(member);
        std::fs::write(&path, left).unwrap();
        end(folder.path()).unwrap();
        assert!(!place(folder.path()).exists());
    }
}
