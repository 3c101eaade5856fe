//! Names in trees.

use super::gather::Gatherer;
use super::{NameKind, Sort};
use crate::ast::*;

impl Gatherer<'_> {
    /// The names of an expression. What binds no name needs no row here: its parts are walked.
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Reference { name, .. } => {
                self.using(&name.text, name.span.clone(), Sort::Value);
            }
            ExprKind::Call { name, arguments, .. } => {
                self.using(&name.text, name.span.clone(), Sort::Call);
                match (name.text.as_str(), arguments.as_slice()) {
                    ("root", [unknown, equation, start]) => {
                        if let ExprKind::Reference { name, .. } = &unknown.kind {
                            let seen = name.span.start..equation.span.end;
                            self.define(name, NameKind::Bound, &seen);
                        }
                        self.expr(equation);
                        return self.expr(start);
                    }
                    ("noise", [path]) => {
                        if let ExprKind::Reference { name, subscripts, .. } = &path.kind {
                            self.using(&name.text, name.span.clone(), Sort::Noise);
                            return subscripts.iter().for_each(|subscript| self.expr(subscript));
                        }
                    }
                    _ => {}
                }
            }
            ExprKind::Reduce { binders, .. } => {
                for binder in binders {
                    let name = &binder.name;
                    if binder.bounds.is_some() {
                        let seen = name.span.start..expr.span.end;
                        self.define(name, NameKind::Bound, &seen);
                    } else {
                        self.using(&name.text, name.span.clone(), Sort::Value);
                    }
                }
            }
            _ => {}
        }
        expr.parts().into_iter().for_each(|part| self.expr(part));
    }
}
