//! The order in which a member looks for tasks: its own share first, then what others have left.

use super::Share;
use crate::sweep::Task;
use std::collections::{BTreeSet, VecDeque};

/// Tasks by number, each of them either still to be tried, or tried and held by somebody else, or done.
#[derive(Debug)]
pub(super) struct Order {
    /// By share, the tasks still to be tried, in the order of the plan.
    shares: Vec<VecDeque<usize>>,
    /// The member's own share.
    own: Option<usize>,
    /// By task: its share.
    share_of: Vec<usize>,
    done: Vec<bool>,
    /// By share, how many tasks are not done.
    left: Vec<usize>,
    /// Tasks that others have leases on.
    held: BTreeSet<usize>,
}

impl Order {
    pub(super) fn new(tasks: &[&Task], share: Option<Share>) -> Self {
        let of = share.map_or(1, |share| share.of as usize);
        let share_of: Vec<usize> = tasks.iter().map(|task| share_of(task, of)).collect();
        let mut shares = vec![VecDeque::new(); of];
        for (task, share) in share_of.iter().enumerate() {
            shares[*share].push_back(task);
        }
        Self {
            left: shares.iter().map(VecDeque::len).collect(),
            shares,
            own: share.map(|share| share.number as usize - 1),
            done: vec![false; share_of.len()],
            share_of,
            held: BTreeSet::new(),
        }
    }

    /// The next task to try: of the own share from the front; then from the back of the share that is
    /// farthest from its end, so that thief and owner meet as late as can be.
    pub(super) fn next(&mut self) -> Option<usize> {
        let own =
            self.own.and_then(|own| pop(&mut self.shares[own], VecDeque::pop_front, &self.done));
        own.or_else(|| {
            let slowest = |this: &Self| {
                let waiting =
                    (0..this.shares.len()).filter(|share| !this.shares[*share].is_empty());
                waiting.max_by_key(|share| this.left[*share])
            };
            while let Some(share) = slowest(self) {
                let task = pop(&mut self.shares[share], VecDeque::pop_back, &self.done);
                if task.is_some() {
                    return task;
                }
            }
            None
        })
    }

    /// Somebody else has it.
    pub(super) fn hold(&mut self, task: usize) {
        self.held.insert(task);
    }

    /// Nobody has it any more: it is tried again.
    pub(super) fn free(&mut self, task: usize) {
        if self.held.remove(&task) {
            self.shares[self.share_of[task]].push_front(task);
        }
    }

    /// What others have.
    pub(super) fn held(&self) -> Vec<usize> {
        self.held.iter().copied().collect()
    }

    /// It is done; `false` if it was already.
    pub(super) fn set_done(&mut self, task: usize) -> bool {
        if std::mem::replace(&mut self.done[task], true) {
            return false;
        }
        self.left[self.share_of[task]] -= 1;
        self.held.remove(&task);
        true
    }

    pub(super) fn is_done(&self, task: usize) -> bool {
        self.done[task]
    }

    /// How many are not done.
    pub(super) fn left(&self) -> usize {
        self.left.iter().sum()
    }
}

/// Takes the next task that is not done off a list.
fn pop(
    list: &mut VecDeque<usize>,
    next: fn(&mut VecDeque<usize>) -> Option<usize>,
    done: &[bool],
) -> Option<usize> {
    std::iter::from_fn(|| next(list)).find(|task| !done[*task])
}

/// The share that a task is in, counted from 0: tasks that need the same data are in the same one, so
/// that most data are made by one member only; of tuned methods, those that need the same tuning.
fn share_of(task: &Task, of: usize) -> usize {
    let key = task.tuning.as_ref().map_or(task.data.as_str(), |tuning| tuning.data.as_str());
    let hash = blake3::hash(key.as_bytes());
    let first: [u8; 8] = hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes");
    (u64::from_le_bytes(first) % of as u64) as usize
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Tasks of so many systems and four methods each.
    pub(in super::super) fn tasks(systems: usize) -> Vec<Task> {
        let task = |n: usize| Task {
            id: format!("t{n:04}"),
            data: format!("d{}", n / 4),
            system: format!("S{}", n / 4),
            method: format!("m{}", n % 4),
            plugin: 0,
            parameters: "{}".into(),
            seed: 0,
            tuning: None,
        };
        (0..4 * systems).map(task).collect()
    }

    #[test]
    fn shares_are_disjoint_about_equal_and_keep_data_together() {
        let tasks = tasks(400);
        let mut sizes = [0; 4];
        for (number, task) in tasks.iter().enumerate() {
            let share = share_of(task, 4);
            sizes[share] += 1;
            assert_eq!(share, share_of(&tasks[number / 4 * 4], 4));
        }
        assert!(sizes.iter().all(|size| (300..500).contains(size)), "{sizes:?}");
    }

    #[test]
    fn the_own_share_comes_first_and_then_the_back_of_the_slowest() {
        let tasks = tasks(30);
        let refs: Vec<&Task> = tasks.iter().collect();
        let mut order = Order::new(&refs, Share::new(2, 3));
        let of = |share| (0..120).filter(|n| share_of(refs[*n], 3) == share).collect::<Vec<_>>();
        let (first, own, last) = (of(0), of(1), of(2));
        for task in &own {
            assert_eq!(order.next(), Some(*task));
            order.set_done(*task);
        }
        let (slow, fast) = if first.len() >= last.len() { (first, last) } else { (last, first) };
        // What others have done counts: now the fast one has more left.
        for task in &slow {
            order.set_done(*task);
        }
        let stolen = order.next().unwrap();
        assert_eq!(stolen, *fast.last().unwrap());
        order.hold(stolen);
        assert_ne!(order.next(), Some(stolen));
        order.free(stolen);
        assert_eq!(order.left(), fast.len());
        let rest: Vec<usize> = std::iter::from_fn(|| order.next()).collect();
        assert_eq!(rest.len(), fast.len() - 1);
    }
}
