//! Events as they are written: `event NAME when EXPR rising { v := ... }`.
//!
//! The direction is taken off the end of the line before the grammar sees it, since to the grammar
//! it is a name like any other.

use super::FileReader;
use crate::Diagnostic;
use crate::ast::*;
use crate::collect::RawSystem;
use crate::nearest::nearest;
use crate::read::declared_names;
use crate::split::{Separator, Statement, split};
use crate::syntax::StatementRule as Rule;
use crate::token::TokenKind;
use num_traits::Zero;
use takens_symbolic::{Compare, Direction};

const DIRECTIONS: [(&str, Direction); 3] =
    [("rising", Direction::Rising), ("falling", Direction::Falling), ("any", Direction::Any)];

impl FileReader<'_> {
    pub(super) fn event(&mut self, statement: &Statement, raw: &mut RawSystem) {
        let name = declared_names(self.text, statement).into_iter().next();
        let read = self.read_event(statement);
        match read {
            Some(event) => raw.events.push(event),
            // What only a broken event uses is not unused.
            None => raw.broken.extend([name.unwrap_or_default()]),
        }
    }

    fn read_event(&mut self, statement: &Statement) -> Option<EventItem> {
        let Some(block) = statement.block.clone() else {
            self.faults.push(
                Diagnostic::error("E115", statement.tokens[0].span(), "this `event` sets nothing")
                    .help("say what it sets: `event NAME when EXPR rising { v := ... }`"),
            );
            return None;
        };
        let mut head = Statement { block: None, ..statement.clone() };
        let direction = self.direction(&mut head);
        let read = self.read(&head, Rule::event);
        let separator = Separator::LineOrSemicolon;
        let statements =
            split(self.text, self.tokens, block.clone(), self.braces, separator, &mut self.faults);
        let mut assignments = vec![];
        let mut whole = true;
        for one in &statements {
            let first = one.tokens[0];
            let equals = one.tokens.iter().any(|token| token.text(self.text).trim_end() == "=");
            if !equals && !one.broken {
                let shown: String = first.text(self.text).chars().take(40).collect();
                let message = format!("the line that starts with `{shown}` sets nothing");
                self.faults.push(
                    Diagnostic::error("E115", first.span(), message)
                        .help("an event holds lines such as `v := -v`"),
                );
                whole = false;
                continue;
            }
            match self.read(one, Rule::equation) {
                Some(Syntax::Equation(equation)) => assignments.push(equation),
                _ => whole = false,
            }
        }
        let Some(Syntax::Event(event)) = read else { return None };
        if assignments.is_empty() && whole {
            let message = format!("the event `{}` sets nothing", event.name.text);
            self.faults.push(
                Diagnostic::error("E115", event.name.span.clone(), message)
                    .help("say what it sets: `{ v := ... }`"),
            );
        }
        let named = direction.is_some();
        let mut event = EventItem { direction: direction.unwrap_or(Direction::Any), ..event };
        event.assignments = assignments;
        self.crossing(&mut event, named);
        whole.then_some(event)
    }

    /// Takes the direction off the end of the line.
    fn direction(&mut self, head: &mut Statement) -> Option<Direction> {
        let [.., before, last] = head.tokens.as_slice() else { return None };
        let operand = match before.kind {
            TokenKind::Number | TokenKind::Quoted | TokenKind::Close => true,
            TokenKind::Word => !matches!(
                before.text(self.text),
                "when" | "and" | "or" | "not" | "then" | "else" | "elif" | "if" | "event"
            ),
            TokenKind::Symbol => before.text(self.text) == "'",
            _ => false,
        };
        if last.kind != TokenKind::Word || !operand {
            return None;
        }
        let word = last.text(self.text);
        let known = DIRECTIONS.iter().find(|(name, _)| *name == word);
        if known.is_none() {
            let shown: String = word.chars().take(40).collect();
            let message = format!("`{shown}` is no direction of an event");
            let mut fault = Diagnostic::error("E110", last.span(), message)
                .help("it is `rising`, `falling` or `any`");
            if let Some(near) = nearest(word, DIRECTIONS.map(|(name, _)| name)) {
                fault = fault.help(format!("did you mean `{near}`?")).fix(last.span(), near);
            }
            self.faults.push(fault);
        }
        head.span.end = before.end;
        head.tokens.pop();
        Some(known.map_or(Direction::Any, |known| known.1))
    }

    /// An event watches an expression; a comparison is reported and read as the difference that it
    /// looks at.
    fn crossing(&mut self, event: &mut EventItem, named: bool) {
        let when = &event.when;
        let span = when.span.clone();
        let (compare, a, b) = match &when.kind {
            ExprKind::Compare(compare, a, b) => (*compare, a, b),
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Truth(_) => {
                let message =
                    "an event watches for an expression to cross zero, not for a condition";
                self.faults.push(Diagnostic::error("E111", span.clone(), message).help(
                    "`a > 0 and b > 0` begins where `min(a, b)` rises through zero, `or` where \
                     `max(a, b)` does",
                ));
                event.when = Expr::new(ExprKind::Broken, span);
                return;
            }
            _ => return,
        };
        let (direction, word) = match compare {
            Compare::Less | Compare::LessEqual => (Direction::Falling, "falling"),
            Compare::Greater | Compare::GreaterEqual => (Direction::Rising, "rising"),
            _ => (Direction::Any, "any"),
        };
        let source = |expr: &Expr| self.text[expr.span.clone()].to_owned();
        let is_zero =
            |expr: &Expr| matches!(&expr.kind, ExprKind::Number(value) if value.is_zero());
        // `0 < x` is `x > 0`; a direction that is named is of what is written.
        let (direction, word, a, b) = match direction {
            _ if named || !is_zero(a) => (direction, word, a, b),
            Direction::Falling => (Direction::Rising, "rising", b, a),
            Direction::Rising => (Direction::Falling, "falling", b, a),
            Direction::Any => (direction, word, b, a),
        };
        let zero = is_zero(b);
        let simple = b.grouped || !matches!(b.kind, ExprKind::Sum(..) | ExprKind::If { .. });
        let mut wanted = match (zero, simple) {
            (true, _) => source(a),
            (_, true) => format!("{} - {}", source(a), source(b)),
            _ => format!("{} - ({})", source(a), source(b)),
        };
        if !named {
            wanted = format!("{wanted} {word}");
            event.direction = direction;
        }
        self.faults.push(
            Diagnostic::error(
                "E111",
                span.clone(),
                "an event watches for an expression to cross zero, not for a condition",
            )
            .help(format!("write `{wanted}`"))
            .fix(span.clone(), wanted),
        );
        let (a, b) = ((**a).clone(), (**b).clone());
        event.when = Expr::new(ExprKind::Sum(Box::new(a), vec![(Sign::Minus, b)]), span);
    }
}
