//! What is written well and yet cannot stand: clauses that a declaration of its kind does not have.

use crate::Diagnostic;
use crate::ast::*;

/// A clause that a declaration of this kind does not have.
pub(super) fn odd_clause(item: &Declared, head: Head) -> Option<Diagnostic> {
    if let Some(unit) = item.unit.as_ref().filter(|_| head == Head::Structural) {
        let message = "a structural parameter is a count and has no unit";
        return Some(Diagnostic::error("E098", unit.clone(), message).help("leave it out"));
    }
    let word = match head {
        Head::Param => "param",
        Head::Structural => "structural param",
        Head::State => "state",
        Head::Let => "let",
        Head::Output => "output",
        Head::Const => "const",
        Head::Mode => "mode",
    };
    let fault = |span: crate::Span, message: String| Some(Diagnostic::error("E001", span, message));
    let parameter = matches!(head, Head::Param | Head::Structural);
    if let Some(range) = item.range.as_ref().filter(|_| !parameter) {
        return fault(range.span.clone(), format!("a `{word}` has no range `in [a, b]`"));
    }
    if let Some(wrap) = item.wrap.as_ref().filter(|_| head != Head::State) {
        return fault(wrap.span.clone(), "only a `state` can `wrap`".to_owned());
    }
    if item.primes > 0 && head != Head::State {
        return fault(item.span.clone(), format!("a `{word}` has no `'`"));
    }
    if let Some(first) = item.subscripts.first()
        && matches!(head, Head::Structural | Head::Const)
    {
        return fault(first.span.clone(), format!("a `{word}` is a single number"));
    }
    let names: Vec<&Name> = item
        .subscripts
        .iter()
        .filter_map(|subscript| match &subscript.kind {
            ExprKind::Reference { name, subscripts, primes: 0 } if subscripts.is_empty() => {
                Some(name)
            }
            _ => None,
        })
        .collect();
    if names.len() < item.subscripts.len() {
        let span =
            item.subscripts[0].span.start..item.subscripts[item.subscripts.len() - 1].span.end;
        let name = &item.name.text;
        return Some(
            Diagnostic::error(
                "E042",
                span,
                format!("`{name}` is declared over indices, by their names"),
            )
            .help(format!("declare one, `index i in 0..3`, and write `{word} {name}[i] = ...`")),
        );
    }
    let stray = item.over.iter().find(|over| !names.iter().any(|name| name.text == over.text))?;
    Some(
        Diagnostic::error("E001", stray.span.clone(), format!("`in {}` is no range", stray.text))
            .help("a range is written `in [a, b]`"),
    )
}
