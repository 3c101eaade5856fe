//! LaTeX: a fragment for a document that has `\usepackage{amsmath}`.
//!
//! Start at [`write`]. `formula` turns expressions into formulas, `symbol` names into symbols, `cut`
//! decides what becomes an auxiliary quantity so that every line fits a page.

mod cut;
mod formula;
mod symbol;

use super::About;
use crate::{Direction, ExprId, FieldKind, Node, Parameter, Symbol, Target, VectorField, to_f64};
use formula::Formulas;
use symbol::Symbols;

/// Above so many parameters a list reads better than a table.
const TABLE: usize = 16;

/// The fragment.
pub(crate) fn write(field: &VectorField, about: &About) -> String {
    let symbols = Symbols::new(field);
    let page = Page { field, symbols: &symbols };
    let name = text(&about.name);
    let mut out = format!(
        "% {}, written by takens; needs \\usepackage{{amsmath}}\n\\subsection*{{{name}}}\n",
        about.name
    );
    if !about.doc.is_empty() {
        out += &format!("{}\n", text(&about.doc));
    }
    let energy = field.hamiltonian.iter().map(|h| h.energy);
    let diffusion = field.noise.terms.iter().flatten().map(|term| term.1);
    let events = field.events.iter().flat_map(|event| {
        std::iter::once(event.when).chain(event.assignments.iter().map(|one| one.1))
    });
    let outputs = field.outputs.iter().map(|output| output.1);
    let roots: Vec<ExprId> = field
        .rhs
        .iter()
        .copied()
        .chain(outputs)
        .chain(field.history.iter().copied())
        .chain(diffusion)
        .chain(events)
        .chain(energy)
        .chain(field.invariants.iter().map(|one| one.1))
        .collect();
    let (formulas, named) = cut::plan(&field.graph, &roots, &symbols);
    out += "\\begingroup\\allowdisplaybreaks\n";
    out += &page.equations(&formulas);
    if !named.is_empty() {
        out += "with\n";
        let mut lines = Vec::new();
        for id in named {
            page.auxiliary(&formulas, id, &mut lines);
        }
        out += &align(&lines);
    }
    out += &page.rest(&formulas);
    out += "\\endgroup\n";
    out += &page.parameters(about);
    out += &page.start();
    if !about.sources.is_empty() {
        let sources: Vec<String> = about.sources.iter().map(|source| breakable(source)).collect();
        out += &format!("{{\\raggedright\\small Source: {}\\par}}\n", sources.join("; "));
    }
    out
}

struct Page<'a> {
    field: &'a VectorField,
    symbols: &'a Symbols,
}

impl Page<'_> {
    fn symbol(&self, symbol: Symbol) -> &str {
        self.symbols.of(symbol)
    }

    fn equations(&self, formulas: &Formulas) -> String {
        let field = self.field;
        let mut lines = Vec::new();
        for (place, rhs) in (0..).zip(&field.rhs) {
            let name = self.symbol(Symbol::State(place));
            let noise = field.noise.terms.get(place as usize).map_or(&[][..], Vec::as_slice);
            let left = match field.kind {
                FieldKind::Map => format!("{name} &\\mapsto "),
                FieldKind::Flow if !field.noise.names.is_empty() => {
                    format!("\\mathrm{{d}}{name} &= ")
                }
                FieldKind::Flow => format!("{} &= ", symbol::dotted(name)),
            };
            if field.noise.names.is_empty() {
                lines.extend(formulas.broken(&left, *rhs, ""));
                continue;
            }
            // dx = f dt + g dW: the drift in brackets, then a line for each process.
            lines.extend(formulas.broken(
                &format!("{left}\\bigl["),
                *rhs,
                "\\bigr]\\,\\mathrm{d}t",
            ));
            for (process, coefficient) in noise {
                let process = symbol::of_name(&field.noise.names[*process as usize]);
                let factor = formulas.factor(*coefficient);
                lines.push(format!("&\\quad {{}} + {factor}\\,\\mathrm{{d}}W_{{{process}}}"));
            }
        }
        align(&lines)
    }

    /// A quantity that has a name so that lines fit, or a root.
    fn auxiliary(&self, formulas: &Formulas, id: ExprId, lines: &mut Vec<String>) {
        let name = formulas.name(id);
        match self.field.graph.node(id) {
            Node::Root { unknown, equation, start } => {
                let unknown = self.symbol(Symbol::Unknown(*unknown));
                lines.extend(formulas.broken("0 &= ", *equation, ","));
                let start = formulas.factor(*start);
                lines.push(format!(
                    "&\\quad \\text{{solved for }} {name} = {unknown} \\text{{ from }} {start}"
                ));
            }
            _ => lines.extend(formulas.defined(&format!("{name} &= "), id)),
        }
    }

    /// Outputs, history, energy, invariants, events.
    fn rest(&self, formulas: &Formulas) -> String {
        let field = self.field;
        let mut out = String::new();
        let mut section = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                out += &format!("{title}\n{}", align(&lines));
            }
        };
        let quantities = |all: &[(String, ExprId)]| -> Vec<String> {
            let lines = all.iter().flat_map(|(name, id)| {
                formulas.broken(&format!("{} &= ", symbol::of_name(name)), *id, "")
            });
            lines.collect()
        };
        section("Observed:", quantities(&field.outputs));
        let history = (0..).zip(&field.history).flat_map(|(place, id)| {
            let name = self.symbol(Symbol::State(place));
            formulas.broken(&format!("{name}(t) &= "), *id, ", \\quad t \\le 0")
        });
        section("Before the start:", history.collect());
        let energy = field
            .hamiltonian
            .iter()
            .flat_map(|hamiltonian| formulas.broken("\\mathcal{H} &= ", hamiltonian.energy, ""));
        section("Energy:", energy.collect());
        section("Constant along the motion:", quantities(&field.invariants));
        let mut lines = Vec::new();
        for event in &field.events {
            let direction = match event.direction {
                Direction::Rising => "\\text{ rises through } 0",
                Direction::Falling => "\\text{ falls through } 0",
                Direction::Any => "\\text{ crosses } 0",
            };
            lines.extend(formulas.broken("&\\text{where } ", event.when, &format!("{direction}:")));
            for (target, id) in &event.assignments {
                let target = match target {
                    Target::State(place) => self.symbol(Symbol::State(*place)),
                    Target::Mode(place) => self.symbol(Symbol::Mode(*place)),
                };
                lines.extend(formulas.broken(&format!("&\\qquad {target} := "), *id, ""));
            }
        }
        section("Events:", lines);
        out
    }

    fn parameters(&self, about: &About) -> String {
        let field = self.field;
        if field.parameters.is_empty() {
            return String::new();
        }
        let bare = Formulas::bare(&field.graph, self.symbols);
        let doc = |place: usize| about.parameter_docs.get(place).map_or("", String::as_str);
        if field.parameters.len() > TABLE {
            let list: Vec<String> = (0..)
                .zip(&field.parameters)
                .map(|(place, one)| {
                    let name = self.symbol(Symbol::Parameter(place));
                    format!("${name} = {}$", bare.whole(one.default))
                })
                .collect();
            return format!("\\par{{\\raggedright Parameters: {}.\\par}}\n", list.join(",\n"));
        }
        let has_ranges = field.parameters.iter().any(|one| one.range.is_some());
        let has_docs = (0..field.parameters.len()).any(|place| !doc(place).is_empty());
        let mut columns = "ll".to_owned();
        let mut head = "parameter & value".to_owned();
        if has_ranges {
            columns.push('l');
            head += " & range";
        }
        if has_docs {
            columns += "p{6cm}";
            head += " & meaning";
        }
        let mut out = format!(
            "\\begin{{center}}\n\\begin{{tabular}}{{{columns}}}\n\\hline\n{head} \\\\\n\\hline\n"
        );
        for (place, one) in field.parameters.iter().enumerate() {
            let name = self.symbol(Symbol::Parameter(place as u32));
            out += &format!("${name}$ & ${}$", bare.whole(one.default));
            if has_ranges {
                out += &format!(" & {}", range(one));
            }
            if has_docs {
                out += &format!(" & {}", text(doc(place)));
            }
            out += " \\\\\n";
        }
        out + "\\hline\n\\end{tabular}\n\\end{center}\n"
    }

    fn start(&self) -> String {
        let field = self.field;
        let bare = Formulas::bare(&field.graph, self.symbols);
        let list: Vec<String> = (0..)
            .zip(&field.initial)
            .map(|(place, id)| {
                format!("${} = {}$", self.symbol(Symbol::State(place)), bare.whole(*id))
            })
            .collect();
        format!("\\par{{\\raggedright Start: {}.\\par}}\n", list.join(",\n"))
    }
}

fn range(parameter: &Parameter) -> String {
    let Some(range) = &parameter.range else { return String::new() };
    let (open, close) =
        (if range.low_closed { '[' } else { '(' }, if range.high_closed { ']' } else { ')' });
    format!(
        "${open}{}, {}{close}$",
        formula::decimal(to_f64(&range.low)),
        formula::decimal(to_f64(&range.high))
    )
}

/// An `align` environment; lines that go on have no number.
fn align(lines: &[String]) -> String {
    let mut out = "\\begin{align}\n".to_owned();
    for (place, line) in lines.iter().enumerate() {
        let last = place + 1 == lines.len();
        let goes_on = lines.get(place + 1).is_some_and(|next| next.starts_with("&\\quad"));
        out += &format!(
            "  {line}{}{}\n",
            if goes_on { " \\notag" } else { "" },
            if last { "" } else { " \\\\" }
        );
    }
    out + "\\end{align}\n"
}

/// Plain text, what LaTeX would read as commands escaped.
fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    let mut code = false;
    for c in plain.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '\\' => out += "\\textbackslash{}",
            '^' => out += "\\textasciicircum{}",
            '~' => out += "\\textasciitilde{}",
            '<' => out += "\\textless{}",
            '>' => out += "\\textgreater{}",
            '|' => out += "\\textbar{}",
            '"' => out += "''",
            // Code in a comment: the marks go, the word shows what it is.
            '`' => {
                out += if code { "}" } else { "\\texttt{" };
                code = !code;
            }
            '\u{0}'..='\u{17f}' | '–' | '—' | '‘' | '’' | '“' | '”' | '…' => {
                out.push(c)
            }
            '≥' => out += "$\\ge$",
            '≤' => out += "$\\le$",
            '−' => out += "$-$",
            '→' => out += "$\\to$",
            '∞' => out += "$\\infty$",
            c => match super::names::greek(c) {
                Some(name) => out += &format!("${}$", symbol::greek(name)),
                None => out += &format!("[U+{:04X}]", u32::from(c)),
            },
        }
    }
    if code {
        out.push('}');
    }
    out
}

/// As [`text`], but long words (addresses) may be broken at their punctuation.
fn breakable(plain: &str) -> String {
    let words: Vec<String> = plain
        .split(' ')
        .map(|word| {
            if word.len() < 20 {
                return text(word);
            }
            let mut out = String::new();
            for c in word.chars() {
                out += &text(&c.to_string());
                if matches!(c, '/' | '.' | ':' | ';' | '-' | '_' | '(' | ')') {
                    out += "\\allowbreak{}";
                }
            }
            out
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(text("a_1 < 50% of α"), "a\\_1 \\textless{} 50\\% of $\\alpha$");
    }

    #[test]
    fn only_first_lines_of_an_equation_have_numbers() {
        let lines = ["x &= a".to_owned(), "&\\quad + b".to_owned(), "y &= c".to_owned()];
        let want =
            "\\begin{align}\n  x &= a \\notag \\\\\n  &\\quad + b \\\\\n  y &= c\n\\end{align}\n";
        assert_eq!(align(&lines), want);
    }
}
