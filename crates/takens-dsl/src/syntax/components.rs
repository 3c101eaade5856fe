//! Statements about whole components: `history`, `hamiltonian`, `invariant`.

use super::{Reader, Rule};
use crate::ast::*;
use crate::diagnostic::Span;
use pest::iterators::Pair;

impl Reader<'_, '_> {
    pub(super) fn history<'t>(&self, mut parts: impl Iterator<Item = Pair<'t, Rule>>) -> Syntax {
        let mut next = || parts.next().expect("the grammar says what a history holds");
        let state = self.component(next());
        let time = self.name(&next());
        let value = self.expr(next());
        Syntax::History(History { state, time, value })
    }

    pub(super) fn energy<'t>(
        &self,
        parts: impl Iterator<Item = Pair<'t, Rule>>,
        span: Span,
    ) -> Syntax {
        let (mut pairs, mut value) = (vec![], None);
        for part in parts {
            match part.as_rule() {
                Rule::pair => {
                    let mut both = part.into_inner().map(|one| self.component(one));
                    pairs.extend(both.next().zip(both.next()));
                }
                Rule::expr => value = Some(self.expr(part)),
                _ => {}
            }
        }
        let value = value.expect("an energy is an expression");
        Syntax::Energy(Energy { pairs, value, span })
    }

    pub(super) fn invariant<'t>(&self, mut parts: impl Iterator<Item = Pair<'t, Rule>>) -> Syntax {
        let name = self.name(&parts.next().expect("an invariant starts with its name"));
        let value = self.expr(parts.next().expect("an invariant is an expression"));
        Syntax::Invariant(Invariant { name, value })
    }

    fn component(&self, pair: Pair<Rule>) -> Component {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next().expect("a component starts with its name"));
        let (mut subscripts, mut primes) = (vec![], 0);
        for part in inner {
            match part.as_rule() {
                Rule::subscripts => subscripts = self.list(part),
                _ => primes = part.as_str().len(),
            }
        }
        Component { name, subscripts, primes, span }
    }
}
