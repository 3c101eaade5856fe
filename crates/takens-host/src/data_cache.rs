//! Data of tasks: made once by whoever asks first, let go after the last task that needs them.

use crate::protocol::{self, Recipe};
use crate::store::DataRecord;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use takens_catalog::Catalog;

/// Data by id.
pub(crate) struct DataCache {
    slots: Mutex<HashMap<String, Slot>>,
}

struct Slot {
    users: usize,
    data: Arc<OnceLock<Prepared>>,
}

/// Data, or why there are none.
pub(crate) type Prepared = Result<Arc<DataRecord>, String>;

impl DataCache {
    /// For users that need these data, an id for each of them.
    pub(crate) fn new<'a>(ids: impl Iterator<Item = &'a str>) -> Self {
        let mut slots: HashMap<String, Slot> = HashMap::new();
        for id in ids {
            match slots.get_mut(id) {
                Some(slot) => slot.users += 1,
                None => {
                    slots.insert(id.into(), Slot { users: 1, data: Arc::default() });
                }
            }
        }
        Self { slots: Mutex::new(slots) }
    }

    /// The data of this id: those of a system and a seed.
    pub(crate) fn get(
        &self,
        id: &str,
        (system, seed): (&str, u64),
        catalog: &Catalog,
        recipe: &Recipe,
    ) -> Prepared {
        let cell = {
            let slots = self.slots.lock().expect("no thread panicked");
            slots.get(id).map(|slot| Arc::clone(&slot.data))
        };
        let cell = cell.expect("a slot lasts as long as its users");
        cell.get_or_init(|| {
            let entry =
                catalog.get(system).ok_or_else(|| format!("{system} is not in the catalogue"))?;
            protocol::prepare(entry, recipe, seed).map(Arc::new).map_err(|error| error.to_string())
        })
        .clone()
    }

    /// One user less.
    pub(crate) fn release(&self, id: &str) {
        let mut slots = self.slots.lock().expect("no thread panicked");
        if let Some(slot) = slots.get_mut(id) {
            slot.users -= 1;
            if slot.users == 0 {
                slots.remove(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_made_once_and_let_go_after_the_last_user() {
        let catalog = Catalog::builtin().unwrap();
        let recipe = Recipe { train: 5, test: 5, ..Recipe::preset("p1-coarse").unwrap() };
        let cache = DataCache::new(["h", "h", "n"].into_iter());
        let first = cache.get("h", ("Henon", 0), &catalog, &recipe).unwrap();
        cache.release("h");
        let second = cache.get("h", ("Henon", 0), &catalog, &recipe).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        cache.release("h");
        let failed = cache.get("n", ("Nowhere", 0), &catalog, &recipe).unwrap_err();
        assert!(failed.contains("Nowhere"));
        cache.release("n");
        assert!(cache.slots.lock().unwrap().is_empty());
    }
}
