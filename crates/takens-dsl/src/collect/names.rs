//! The names of a system, and the order in which what they stand for can be computed.

use super::{Collector, RawSystem};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Entity, IndexDefinition, Role, primed};
use crate::diagnostic::Span;
use crate::order::{circle, mentions, order};
use std::collections::HashMap;

#[derive(Clone, Copy)]
pub(super) enum Section {
    Structural,
    Parameters,
    Lets,
}

impl Collector {
    pub(super) fn names(&mut self, raw: &RawSystem) {
        for indices in &raw.indices {
            for name in &indices.names {
                let place = self.definition.indices.len();
                if self.declare(&name.text, &name.span, Role::Index(place), Some(0)) {
                    self.definition.indices.push(IndexDefinition {
                        name: name.text.clone(),
                        low: indices.low.clone(),
                        high: indices.high.clone(),
                        boundary: indices.boundary,
                    });
                }
            }
        }
        for time in &raw.times {
            self.declare(&time.text, &time.span, Role::Time, Some(0));
        }
        for (head, declared) in &raw.declarations {
            let name = &declared.name;
            let rank = rank(declared);
            let definition = &mut self.definition;
            match head {
                Head::Output => {
                    definition.outputs.push(declared.clone());
                    continue;
                }
                Head::Structural => {
                    let role = Role::Structural(definition.structural.len());
                    if self.declare(&name.text, &name.span, role, rank) {
                        self.definition.structural.push(declared.clone());
                        self.written.push(name.text.clone());
                    }
                }
                Head::State => {
                    let role = Role::State(definition.states.len());
                    let key = primed(&name.text, declared.primes);
                    if self.declare(&key, &name.span, role, rank) {
                        self.definition.states.push(declared.clone());
                    }
                }
                Head::Mode => {
                    let role = Role::Mode(definition.modes.len());
                    if self.declare(&name.text, &name.span, role, rank) {
                        self.definition.modes.push(declared.clone());
                    }
                }
                Head::Let => {
                    let role = Role::Let(definition.lets.len());
                    if self.declare(&name.text, &name.span, role, rank) {
                        self.definition.lets.push(declared.clone());
                    }
                }
                Head::Param | Head::Const => {
                    let role = Role::Parameter(definition.parameters.len());
                    if self.declare(&name.text, &name.span, role, rank) {
                        self.definition.parameters.push(declared.clone());
                        self.written.push(name.text.clone());
                    }
                }
            }
        }
        for name in &raw.broken {
            let entity = Entity { role: Role::Broken, rank: None, span: 0..0 };
            self.definition.names.entry(name.clone()).or_insert(entity);
        }
        self.outputs_once();
    }

    pub(super) fn declare(
        &mut self,
        key: &str,
        span: &Span,
        role: Role,
        rank: Option<usize>,
    ) -> bool {
        if let Some(earlier) = self.definition.names.get(key) {
            let message = format!("`{key}` is defined twice");
            self.faults.push(
                Diagnostic::error("E021", span.clone(), message).related(
                    earlier.span.clone(),
                    format!("first here, as {}", earlier.role.words()),
                ),
            );
            return false;
        }
        self.definition.names.insert(key.to_owned(), Entity { role, rank, span: span.clone() });
        true
    }

    fn outputs_once(&mut self) {
        let mut seen: HashMap<&str, &Span> = HashMap::new();
        for output in &self.definition.outputs {
            if let Some(earlier) = seen.insert(&output.name.text, &output.name.span) {
                let message = format!("the output `{}` is defined twice", output.name.text);
                self.faults.push(
                    Diagnostic::error("E021", output.name.span.clone(), message)
                        .related(earlier.clone(), "first here"),
                );
            }
        }
    }

    pub(super) fn sort(&mut self, section: Section) {
        let list = match section {
            Section::Structural => &mut self.definition.structural,
            Section::Parameters => &mut self.definition.parameters,
            Section::Lets => &mut self.definition.lets,
        };
        let mut declared = std::mem::take(list);
        let needs: Vec<(&str, Vec<String>)> = declared
            .iter()
            .map(|one| {
                (one.name.text.as_str(), one.value.as_ref().map(mentions).unwrap_or_default())
            })
            .collect();
        let (mut sorted, stuck) = order(&needs);
        if let Some(&first) = circle(&needs, &stuck).first() {
            let on_circle = circle(&needs, &stuck);
            let mut path: Vec<&str> = on_circle.iter().map(|&place| needs[place].0).collect();
            path.push(needs[first].0);
            let message =
                format!("`{}` is defined by itself: {}", needs[first].0, path.join(" -> "));
            self.faults.push(Diagnostic::error("E024", declared[first].name.span.clone(), message));
        }
        for &place in &stuck {
            if let Some(entity) = self.definition.names.get_mut(&declared[place].name.text) {
                entity.role = Role::Broken;
            }
        }
        sorted.extend(stuck.iter().copied());
        let mut slots: Vec<Option<Declared>> = declared.drain(..).map(Some).collect();
        let in_order: Vec<Declared> =
            sorted.iter().filter_map(|&place| slots[place].take()).collect();
        for (place, one) in in_order.iter().enumerate() {
            if let Some(entity) = self.definition.names.get_mut(&one.name.text)
                && entity.role != Role::Broken
            {
                entity.role = match section {
                    Section::Structural => Role::Structural(place),
                    Section::Parameters => Role::Parameter(place),
                    Section::Lets => Role::Let(place),
                };
            }
        }
        match section {
            Section::Structural => self.definition.structural = in_order,
            Section::Parameters => self.definition.parameters = in_order,
            Section::Lets => self.definition.lets = in_order,
        }
    }
}

/// How many subscripts uses of a declaration take; `None` where its value says so.
pub(super) fn rank(declared: &Declared) -> Option<usize> {
    match &declared.value {
        Some(Expr { kind: ExprKind::Matrix(rows), .. }) if declared.subscripts.is_empty() => {
            Some(if rows.len() <= 1 { 1 } else { 2 })
        }
        _ => Some(declared.subscripts.len()),
    }
}
