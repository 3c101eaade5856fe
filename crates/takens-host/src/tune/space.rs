//! What there is to try: the values that a method's schema lists under `x-takens-tune`.

use serde_json::{Map, Number, Value};
use std::collections::BTreeSet;
use takens_core::Stream;

/// A grid larger than this is not laid out in memory.
const MOST_LAID_OUT: u64 = 100_000;

/// The parameters of a method that can be tuned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Space {
    axes: Vec<Axis>,
    /// Parameters that are given.
    fixed: Map<String, Value>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
struct Axis {
    name: String,
    values: Vec<Value>,
    range: Option<Range>,
}

/// The numbers between the least and the greatest value listed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Range {
    low: f64,
    high: f64,
    log: bool,
    whole: bool,
}

impl Space {
    /// What a schema, JSON, lists, but for the parameters that are given.
    pub(crate) fn of(schema: &str, fixed: &Map<String, Value>) -> Self {
        let schema: Value = serde_json::from_str(schema).unwrap_or(Value::Null);
        let properties = schema["properties"].as_object().into_iter().flatten();
        let axes = properties
            .filter(|(name, _)| !fixed.contains_key(*name))
            .filter_map(|(name, property)| Axis::of(name, property))
            .collect();
        Self { axes, fixed: fixed.clone() }
    }

    /// Parameters to try: the defaults, then up to `count - 1` others, all different.
    pub(crate) fn candidates(
        &self,
        by: super::Strategy,
        count: usize,
        random: &Stream,
    ) -> Vec<Map<String, Value>> {
        let mut candidates = vec![self.fixed.clone()];
        let more = count.saturating_sub(1);
        if self.axes.is_empty() {
            return candidates;
        }
        match by {
            super::Strategy::Grid => {
                let points = self.grid_places(more, random);
                candidates.extend(points.into_iter().map(|place| self.grid_point(place)));
            }
            super::Strategy::Random | super::Strategy::Halving => {
                // Where few combinations exist, most draws are known already.
                for draw in 0..20 * more as u64 {
                    if candidates.len() > more {
                        break;
                    }
                    let point = self.random_point(random, draw);
                    if !candidates.contains(&point) {
                        candidates.push(point);
                    }
                }
            }
        }
        candidates
    }

    /// Up to `count` different places of the grid, in a random order.
    fn grid_places(&self, count: usize, random: &Stream) -> Vec<u64> {
        let size = self
            .axes
            .iter()
            .fold(1_u64, |size, axis| size.saturating_mul(axis.values.len() as u64));
        if size > MOST_LAID_OUT {
            let mut seen = BTreeSet::new();
            return (0..)
                .map(|draw| (random.uniform(draw) * size as f64) as u64)
                .filter(|place| seen.insert(*place))
                .take(count)
                .collect();
        }
        let mut places: Vec<u64> = (0..size).collect();
        for last in (1..places.len()).rev() {
            let other = (random.uniform(last as u64) * (last + 1) as f64) as usize;
            places.swap(last, other);
        }
        places.truncate(count);
        places
    }

    fn grid_point(&self, mut place: u64) -> Map<String, Value> {
        let mut point = self.fixed.clone();
        for axis in &self.axes {
            let count = axis.values.len() as u64;
            point.insert(axis.name.clone(), axis.values[(place % count) as usize].clone());
            place /= count;
        }
        point
    }

    fn random_point(&self, random: &Stream, draw: u64) -> Map<String, Value> {
        let mut point = self.fixed.clone();
        for (number, axis) in self.axes.iter().enumerate() {
            let uniform = random.uniform(draw * self.axes.len() as u64 + number as u64);
            point.insert(axis.name.clone(), axis.at(uniform));
        }
        point
    }
}

impl Axis {
    fn of(name: &str, property: &Value) -> Option<Self> {
        let values = property["x-takens-tune"].as_array().filter(|values| !values.is_empty())?;
        let numbers: Option<Vec<f64>> = values.iter().map(Value::as_f64).collect();
        let log = property["x-takens-scale"] == "log";
        let is = |kind: &str| {
            let kinds = &property["type"];
            kinds == kind || kinds.as_array().is_some_and(|all| all.iter().any(|one| one == kind))
        };
        let range = numbers.filter(|_| is("integer") || is("number")).map(|numbers| Range {
            low: numbers.iter().copied().fold(f64::INFINITY, f64::min),
            high: numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            log: log && numbers.iter().all(|number| *number > 0.0),
            whole: is("integer"),
        });
        Some(Self { name: name.into(), values: values.clone(), range })
    }

    /// The value at a place from 0 to 1.
    fn at(&self, uniform: f64) -> Value {
        let Some(range) = self.range else {
            return self.values[(uniform * self.values.len() as f64) as usize].clone();
        };
        let Range { low, high, log, whole } = range;
        let number = if log {
            (low.ln() + uniform * (high.ln() - low.ln())).exp().clamp(low, high)
        } else {
            low + uniform * (high - low)
        };
        if whole {
            return Value::from(number.round() as i64);
        }
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Strategy;
    use super::*;

    const SCHEMA: &str = r#"{ "properties": {
        "size": { "type": "integer", "x-takens-scale": "log", "x-takens-tune": [100, 1000] },
        "kind": { "type": "string", "x-takens-tune": ["a", "b", "c"] },
        "rate": { "type": "number", "x-takens-tune": [0.1, 0.5] },
        "other": { "type": "number" }
    } }"#;

    fn candidates(by: Strategy, count: usize, fixed: &str) -> Vec<Map<String, Value>> {
        let fixed = serde_json::from_str(fixed).unwrap();
        Space::of(SCHEMA, &fixed).candidates(by, count, &Stream::new(1, 2))
    }

    #[test]
    fn a_grid_has_every_combination_once_and_the_defaults_first() {
        let all = candidates(Strategy::Grid, 100, "{}");
        assert_eq!(all.len(), 1 + 2 * 3 * 2);
        assert!(all[0].is_empty());
        let different: BTreeSet<String> =
            all.iter().map(|one| serde_json::to_string(one).unwrap()).collect();
        assert_eq!(different.len(), all.len());
        assert_eq!(
            candidates(Strategy::Grid, 5, "{}"),
            all[..5],
            "a smaller budget tries the first"
        );
    }

    #[test]
    fn random_ones_keep_to_the_ranges_and_to_what_is_given() {
        let all = candidates(Strategy::Random, 50, r#"{"rate": 0.2}"#);
        assert_eq!(all.len(), 50);
        for one in &all[1..] {
            assert!((100..=1000).contains(&one["size"].as_i64().unwrap()));
            assert_eq!(one["rate"], 0.2);
            assert!(!one.contains_key("other"));
        }
        let below =
            |limit| all[1..].iter().filter(|one| one["size"].as_i64() < Some(limit)).count();
        assert!((15..35).contains(&below(316)), "half of them below the geometric mean");
    }

    #[test]
    fn a_method_that_lists_nothing_has_its_defaults() {
        let none = Space::of("{}", &Map::new());
        assert_eq!(none.candidates(Strategy::Random, 9, &Stream::new(1, 2)).len(), 1);
    }
}
