//! The public face of a sound system: what was declared, with defaults, literature values and
//! sampling as numbers.
//!
//! Start at [`Builder::build`].

use super::RawSystem;
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::Definition;
use crate::expand::Expansion;
use crate::lower::{Extent, Lowerer};
use crate::system::*;
use crate::units::shown;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use takens_symbolic::{Bindings, ExprId, Node, Symbol, evaluate};

pub(super) struct Builder<'a> {
    pub(super) text: &'a str,
    pub(super) definition: &'a Definition,
    pub(super) expansion: Expansion,
    /// Parameters at their defaults, in flat order.
    pub(super) values: Vec<f64>,
    pub(super) faults: &'a mut Vec<Diagnostic>,
}

impl Builder<'_> {
    /// The system, its definition yet to be put in.
    pub(super) fn build(mut self, raw: &RawSystem, written: &[String]) -> System {
        let values = std::mem::take(&mut self.values);
        let known = raw.known.iter().map(|entry| self.known(entry, &values)).collect();
        let sample = self.sample(&raw.sample, &values);
        let meta = self.meta(&raw.meta, &values);
        let source = |expr: &Option<Expr>| {
            expr.as_ref().map_or(String::new(), |expr| self.text[expr.span.clone()].to_owned())
        };
        let shape = |shape: &[i64]| shape.iter().map(|&size| size.max(0) as usize).collect();
        let mut parameters: Vec<ParameterInfo> = vec![];
        for one in &self.definition.structural {
            parameters.push(ParameterInfo {
                name: one.name.text.clone(),
                doc: one.doc.clone(),
                shape: vec![],
                structural: true,
                default: source(&one.value),
                range: None,
                unit: None,
                span: one.name.span.clone(),
            });
        }
        for (place, one) in self.definition.parameters.iter().enumerate() {
            parameters.push(ParameterInfo {
                name: one.name.text.clone(),
                doc: one.doc.clone(),
                shape: shape(&self.expansion.parameters[place].shape),
                structural: false,
                default: source(&one.value),
                range: self.expansion.ranges[place].clone(),
                unit: shown(self.text, one),
                span: one.name.span.clone(),
            });
        }
        let places: HashMap<&str, usize> =
            written.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        parameters.sort_by_key(|one| places.get(one.name.as_str()).copied());
        let states = self.definition.states.iter().enumerate().map(|(place, one)| StateInfo {
            name: output_name(one),
            doc: one.doc.clone(),
            shape: shape(&self.expansion.states[place].shape),
            wrap: self.expansion.wraps[place],
            unit: shown(self.text, one),
            span: one.name.span.clone(),
        });
        let outputs = self.definition.outputs.iter().map(|one| OutputInfo {
            name: one.name.text.clone(),
            doc: one.doc.clone(),
            unit: shown(self.text, one),
            span: one.name.span.clone(),
        });
        let time_unit = raw
            .time_units
            .first()
            .map(|span| self.text[span.clone()].trim_matches(['<', '>']).trim().to_owned());
        System {
            name: raw.name.text.clone(),
            kind: raw.kind,
            doc: raw.doc.clone(),
            meta,
            span: raw.span.clone(),
            states: states.collect(),
            outputs: outputs.collect(),
            parameters,
            known,
            sample,
            definition: Arc::default(),
            file: None,
            time_unit,
            base: 0,
        }
    }

    /// The numbers that an entry is at default parameters; `None` if it depends on more.
    fn numbers(&self, value: &Value, values: &[f64]) -> Option<Vec<f64>> {
        let Value::Expr(expr) = value else { return None };
        let elements: Vec<&Expr> = match &expr.kind {
            ExprKind::Matrix(rows) => rows.iter().flatten().collect(),
            _ => vec![expr],
        };
        let mut lowerer = Lowerer::new(self.definition, self.expansion.sizes.clone(), Extent::Full);
        lowerer.parameters.clone_from(&self.expansion.parameters);
        lowerer.states.clone_from(&self.expansion.states);
        lowerer.modes.clone_from(&self.expansion.mode_places);
        let mut ids = vec![];
        for element in elements {
            ids.push(lowerer.number(element).ok()?);
        }
        let moves = |id: &ExprId| {
            matches!(
                lowerer.graph.node(*id),
                Node::Symbol(
                    Symbol::State(_)
                        | Symbol::Time
                        | Symbol::Delayed(_)
                        | Symbol::Mode(_)
                        | Symbol::Unknown(_)
                )
            )
        };
        let mut open = ids.clone();
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if moves(&id) {
                return None;
            }
            if seen.insert(id) {
                open.extend(lowerer.graph.node(id).children());
            }
        }
        let bindings =
            Bindings { time: 0.0, state: &[], parameters: values, ..Bindings::default() };
        Some(evaluate(&lowerer.graph, &ids, &bindings))
    }

    fn known(&mut self, entry: &Entry, values: &[f64]) -> Known {
        let tolerances = entry
            .tolerance
            .as_ref()
            .and_then(|value| self.numbers(value, values))
            .unwrap_or_default();
        let numbers = self.numbers(&entry.value, values);
        if let Some(numbers) = &numbers
            && tolerances.len() > 1
            && tolerances.len() != numbers.len()
        {
            let message = format!(
                "{} tolerances for {} values; give one for each, or one for all",
                tolerances.len(),
                numbers.len()
            );
            self.faults.push(Diagnostic::error("E041", entry.value_span.clone(), message));
        }
        Known {
            name: entry.key.text.clone(),
            text: self.text[entry.value_span.clone()].to_owned(),
            values: numbers,
            tolerances,
            source: entry.source.clone(),
            span: entry.key.span.start..entry.value_span.end,
        }
    }

    fn sample(&mut self, entries: &[Entry], values: &[f64]) -> Sample {
        let mut sample = Sample::default();
        for entry in entries {
            let number =
                self.numbers(&entry.value, values).and_then(|numbers| numbers.first().copied());
            let Some(number) = number else {
                let message = format!("`{}` of `sample` is a number", entry.key.text);
                self.faults.push(Diagnostic::error("E001", entry.value_span.clone(), message));
                continue;
            };
            match entry.key.text.as_str() {
                "period" => sample.period = Some(number),
                "transient" => sample.transient = Some(number),
                other => sample.other.push((other.to_owned(), number)),
            }
        }
        sample
    }

    fn meta(&mut self, entries: &[Entry], values: &[f64]) -> Meta {
        let mut meta = Meta::default();
        for entry in entries {
            let key = entry.key.text.as_str();
            let texts = match &entry.value {
                Value::Text(text) => Some(vec![text.clone()]),
                Value::Texts(texts) => Some(texts.clone()),
                Value::Expr(_) => None,
            };
            match (key, texts) {
                ("field", Some(texts)) if texts.len() == 1 => meta.field = texts.into_iter().next(),
                ("cite", Some(texts)) => meta.cite.extend(texts),
                ("tags", Some(texts)) => meta.tags.extend(texts),
                ("same_form_as", Some(texts)) => meta.same_form_as.extend(texts),
                ("field" | "cite" | "tags" | "same_form_as", _) => {
                    let message = format!("`{key}` is a string, such as `{key}: \"...\"`");
                    self.faults.push(Diagnostic::error("E001", entry.value_span.clone(), message));
                }
                (_, Some(_)) => {
                    let value = match entry.value.clone() {
                        Value::Texts(texts) => MetaValue::Texts(texts),
                        Value::Text(text) => MetaValue::Text(text),
                        Value::Expr(_) => continue,
                    };
                    meta.other.push((key.to_owned(), value));
                }
                (_, None) => {
                    let value = match &entry.value {
                        Value::Expr(Expr { kind: ExprKind::Truth(flag), .. }) => {
                            MetaValue::Flag(*flag)
                        }
                        value => match self.numbers(value, values).as_deref() {
                            Some([number]) => MetaValue::Number(*number),
                            _ => {
                                let message = format!(
                                    "`{key}` of `meta` is a string, strings, a number, `true` or `false`"
                                );
                                self.faults.push(Diagnostic::error(
                                    "E001",
                                    entry.value_span.clone(),
                                    message,
                                ));
                                continue;
                            }
                        },
                    };
                    meta.other.push((key.to_owned(), value));
                }
            }
        }
        meta
    }
}
