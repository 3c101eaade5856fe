//! Files of ODEBench: a list of systems in `x_0`, `x_1`, ... with constants `c_0`, `c_1`, ....
//!
//! Two shapes are read: that of its own list, where `eq` holds all right-hand sides with bars
//! between and `consts` lists of values; and one in which `rhs`, `parameters` and
//! `initial_conditions` stand apart, which `takens show --format odebench` writes.

use super::formula::{Piece, join, pieces};
use super::{ImportFault, Line, quoted, title_name};
use serde_json::Value;
use std::collections::BTreeSet;
use takens_symbolic::quote;

/// The lines of all systems.
pub(super) fn read(text: &str, name: &str) -> Result<Vec<Line>, Vec<ImportFault>> {
    let document: Value = serde_json::from_str(text).map_err(|error| {
        vec![ImportFault { line: error.line(), message: format!("not JSON: {error}") }]
    })?;
    let entries: Vec<&Value> = match &document {
        Value::Array(entries) => entries.iter().collect(),
        Value::Object(_) => match document.get("equations").and_then(Value::as_array) {
            // A list of systems, not the equations of one.
            Some(entries) if entries.iter().all(Value::is_object) => entries.iter().collect(),
            _ => vec![&document],
        },
        _ => vec![],
    };
    if entries.is_empty() {
        let message = "no systems: a list of objects is expected, or an object with `equations`";
        return Err(vec![ImportFault { line: 1, message: message.into() }]);
    }
    let mut lines = vec![Line::new("lang 1", 0)];
    let (mut faults, mut taken) = (Vec::new(), BTreeSet::new());
    for (place, entry) in entries.iter().enumerate() {
        match System::read(entry, name) {
            Ok(system) => lines.extend(system.lines(&mut taken)),
            Err(message) => {
                let id = entry.get("id").map_or((place + 1).to_string(), Value::to_string);
                faults.push(ImportFault { line: 0, message: format!("system {id}: {message}") });
            }
        }
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

struct System {
    title: String,
    id: Option<String>,
    source: Option<String>,
    /// Names and values.
    parameters: Vec<(String, f64)>,
    /// Names and right-hand sides.
    equations: Vec<(String, String)>,
    starts: Vec<Vec<f64>>,
}

fn text<'a>(entry: &'a Value, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| entry.get(*key).and_then(Value::as_str))
}

fn strings(entry: &Value, key: &str) -> Vec<String> {
    let list = entry.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(String::from).collect()
}

fn numbers(value: &Value) -> Result<Vec<f64>, String> {
    let list = value.as_array().ok_or_else(|| format!("{value} is no list of numbers"))?;
    list.iter().map(|one| one.as_f64().ok_or_else(|| format!("{one} is no number"))).collect()
}

impl System {
    fn read(entry: &Value, name: &str) -> Result<Self, String> {
        let sides: Vec<String> = match text(entry, &["eq"]) {
            Some(equations) => equations.split('|').map(|side| side.trim().to_owned()).collect(),
            None => strings(entry, "rhs"),
        };
        if sides.is_empty() {
            return Err("there are no equations; `eq` or `rhs` has them".into());
        }
        if let Some(dimension) = entry.get("dim").and_then(Value::as_u64)
            && dimension != sides.len() as u64
        {
            return Err(format!("dim is {dimension}, but there are {} equations", sides.len()));
        }
        let numbered: Vec<String> = (0..sides.len()).map(|place| format!("x_{place}")).collect();
        let variables = match strings(entry, "variables") {
            listed if listed.is_empty() => numbered,
            listed => listed,
        };
        let mut parameters = Vec::new();
        if let Some(table) = entry.get("parameters").and_then(Value::as_object) {
            for (name, value) in table {
                let value = value.as_f64().ok_or_else(|| format!("{name} = {value}: no number"))?;
                parameters.push((name.clone(), value));
            }
            // A table has no order; the number at the end of a name is one.
            let number = |name: &str| name.rsplit('_').next().and_then(|n| n.parse::<u32>().ok());
            parameters.sort_by_key(|(name, _)| (number(name), name.clone()));
        } else if let Some(values) = entry.get("consts").and_then(Value::as_array) {
            // One list of values for each setting of the constants; there is only one.
            let first = values.first().filter(|first| first.is_array());
            let whole = Value::Array(values.clone());
            for (place, value) in numbers(first.unwrap_or(&whole))?.into_iter().enumerate() {
                parameters.push((format!("c_{place}"), value));
            }
        }
        let starts = match entry.get("initial_conditions").or_else(|| entry.get("init")) {
            None => vec![],
            Some(Value::Array(list)) if list.iter().all(Value::is_number) => {
                vec![numbers(&Value::Array(list.clone()))?]
            }
            Some(Value::Array(list)) => list.iter().map(numbers).collect::<Result<_, _>>()?,
            Some(other) => return Err(format!("{other} is no list of initial conditions")),
        };
        if let Some(start) = starts.iter().find(|start| start.len() != sides.len()) {
            return Err(format!("{} starting values for {} variables", start.len(), sides.len()));
        }
        if variables.len() != sides.len() {
            return Err(format!("{} variables for {} equations", variables.len(), sides.len()));
        }
        // What `takens show` writes keeps the names that the system had.
        let old: Vec<String> =
            variables.iter().cloned().chain(parameters.iter().map(|one| one.0.clone())).collect();
        let new: Vec<String> = strings(entry, "variable_names")
            .into_iter()
            .chain(strings(entry, "parameter_names"))
            .collect();
        let plain = |name: &String| !name.contains(['[', '\'']);
        let renames = old.len() == new.len()
            && new.iter().all(plain)
            && new.iter().collect::<BTreeSet<_>>().len() == new.len();
        let called = |name: &str| -> String {
            let place = old.iter().position(|one| one == name).filter(|_| renames);
            quote(place.map_or(name, |place| &new[place])).into_owned()
        };
        let known: BTreeSet<&String> = old.iter().collect();
        let equations = variables
            .iter()
            .zip(&sides)
            .map(|(variable, side)| Ok((called(variable), formula(side, &known, &called)?)))
            .collect::<Result<_, String>>()?;
        Ok(Self {
            title: text(entry, &["eq_description", "name"]).unwrap_or(name).to_owned(),
            id: entry.get("id").map(|id| id.as_str().map_or(id.to_string(), String::from)),
            source: text(entry, &["source"]).map(String::from),
            parameters: parameters.iter().map(|(name, value)| (called(name), *value)).collect(),
            equations,
            starts,
        })
    }

    fn lines(&self, taken: &mut BTreeSet<String>) -> Vec<Line> {
        let mut name = title_name(&self.title);
        if !taken.insert(name.clone()) {
            let id = self.id.clone().unwrap_or_default();
            name = title_name(&format!("{name} {id}"));
            while !taken.insert(name.clone()) {
                name.push('_');
            }
        }
        let mut lines = vec![String::new()];
        if name != self.title {
            lines.push(format!("/// {}", self.title.replace(char::is_control, " ")));
        }
        lines.push(format!("ode {name} {{"));
        if self.source.is_some() || self.id.is_some() {
            lines.push("    meta {".into());
            if let Some(source) = &self.source {
                lines.push(format!("        cite: {}", quoted(source)));
            }
            if let Some(id) = &self.id {
                lines.push(format!("        odebench: {}", quoted(id)));
            }
            lines.push("    }".into());
        }
        let list = |items: Vec<String>| items.join(", ");
        if !self.parameters.is_empty() {
            let items = self.parameters.iter().map(|(name, value)| format!("{name} = {value:?}"));
            lines.push(format!("    param {}", tidy(&list(items.collect()))));
        }
        let zeros = vec![0.0; self.equations.len()];
        let start = self.starts.first().unwrap_or(&zeros);
        let items =
            self.equations.iter().zip(start).map(|((name, _), x)| format!("{name} = {x:?}"));
        lines.push(format!("    state {}", tidy(&list(items.collect()))));
        lines.push(String::new());
        lines.extend(self.equations.iter().map(|(name, side)| format!("    {name}' = {side}")));
        if self.starts.len() > 1 {
            lines.push(String::new());
            lines.push("    known {".into());
            for (place, start) in self.starts.iter().enumerate().skip(1) {
                let word =
                    if place == 1 { "second_start".into() } else { format!("start{}", place + 1) };
                let values: Vec<String> = start.iter().map(|x| format!("{x:?}")).collect();
                let values = tidy(&values.join(", "));
                lines.push(format!("        {word}: [{values}] from \"ODEBench\""));
            }
            lines.push("    }".into());
        }
        lines.push("}".into());
        lines.into_iter().map(|text| Line::new(text, 0)).collect()
    }
}

/// Whole numbers without their `.0`.
fn tidy(list: &str) -> String {
    let words: Vec<&str> = list.split(", ").collect();
    let words = words.iter().map(|word| word.strip_suffix(".0").unwrap_or(word));
    words.collect::<Vec<_>>().join(", ")
}

/// A right-hand side in the language's syntax.
fn formula(
    side: &str,
    known: &BTreeSet<&String>,
    called: &dyn Fn(&str) -> String,
) -> Result<String, String> {
    let mut pieces = pieces(side).map_err(|fault| format!("`{side}`: {fault}"))?;
    for place in 0..pieces.len() {
        let calls = pieces.get(place + 1) == Some(&Piece::Sign("(".into()));
        let Piece::Name(name) = &pieces[place] else { continue };
        let new = match name.as_str() {
            name if known.iter().any(|one| *one == name) => called(name),
            "pi" => "pi".into(),
            "Abs" | "Min" | "Max" if calls => name.to_lowercase(),
            "ln" if calls => "log".into(),
            "sin" | "cos" | "tan" | "cot" | "asin" | "acos" | "atan" | "atan2" | "sinh"
            | "cosh" | "tanh" | "exp" | "log" | "sqrt" | "abs" | "sign" | "floor" | "sec"
            | "csc"
                if calls =>
            {
                name.clone()
            }
            other => {
                return Err(format!(
                    "`{side}`: `{other}` is neither a variable nor a constant of the entry, nor a function that is known here"
                ));
            }
        };
        pieces[place] = Piece::Name(new);
    }
    Ok(join(&pieces))
}
