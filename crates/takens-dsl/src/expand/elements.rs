//! The elements of a declaration: one expression for all, or a table with one for each.

use super::{Expander, tuples};
use crate::Diagnostic;
use crate::ast::*;
use crate::lower::{Halt, Lowered, Place, subscript_names};
use takens_symbolic::ExprId;

impl Expander<'_, '_> {
    /// Lowers `value` for every element of a declaration.
    pub(super) fn elements(
        &mut self,
        declared: &Declared,
        value: &Expr,
        place: &Place,
    ) -> Vec<(Vec<i64>, i64, ExprId)> {
        let names = subscript_names(&declared.subscripts);
        let table = match &value.kind {
            ExprKind::Matrix(rows) => match self.table(declared, value, rows, place) {
                Ok(table) => Some(table),
                Err(Halt) => return vec![],
            },
            _ => None,
        };
        let all = |size: &i64| (0..*size).collect();
        let lists: Vec<Vec<i64>> = match table {
            // The elements of a table are as many as were written: all are looked at.
            Some(_) => place.shape.iter().map(all).collect(),
            None => place.shape.iter().map(|&size| self.lowerer.run(0, size)).collect(),
        };
        let mut found = vec![];
        for indices in tuples(&lists) {
            let offset =
                indices.iter().zip(&place.shape).fold(0, |at, (index, size)| at * size + index);
            let expr = match &table {
                Some(table) => table[offset as usize],
                None => value,
            };
            match self.lowerer.with(&names, &indices, |lowerer| lowerer.number(expr)) {
                Ok(id) => found.push((indices, place.first + offset, id)),
                Err(Halt) if self.lowerer.too_large => return found,
                Err(Halt) => {}
            }
        }
        found
    }

    /// The elements of a literal, row by row, its shape judged.
    fn table<'v>(
        &mut self,
        declared: &Declared,
        value: &Expr,
        rows: &'v [Vec<Expr>],
        place: &Place,
    ) -> Lowered<Vec<&'v Expr>> {
        let name = &declared.name.text;
        if let Some(short) = rows.iter().find(|row| row.len() != rows[0].len()) {
            let span = short.first().map_or(value.span.clone(), |first| {
                first.span.start..short[short.len() - 1].span.end
            });
            let message = format!(
                "the rows of `{name}` differ in length: this one has {}, the first has {}",
                short.len(),
                rows[0].len()
            );
            return Err(self.lowerer.fault(Diagnostic::error("E041", span, message)));
        }
        let got = (rows.len() as i64, rows.first().map_or(0, Vec::len) as i64);
        let fits = match place.shape[..] {
            [size] => (got.0 == 1 && got.1 == size) || (got.1 == 1 && got.0 == size),
            [height, width] => got == (height, width),
            _ => false,
        };
        if !fits {
            let want = match place.shape[..] {
                [] => "a single number".to_owned(),
                [size] => format!("a vector of {size}"),
                [height, width] => format!("a matrix of {height} × {width}"),
                _ => "of more than two dimensions; give it by an expression".to_owned(),
            };
            let got = if got.0 == 1 {
                format!("a vector of {}", got.1)
            } else {
                format!("a matrix of {} × {}", got.0, got.1)
            };
            let message = format!("`{name}` is {want}, and its value is {got}");
            return Err(self.lowerer.fault(
                Diagnostic::error("E041", value.span.clone(), message)
                    .related(declared.name.span.clone(), "declared here"),
            ));
        }
        Ok(rows.iter().flatten().collect())
    }
}
