//! `takens explain`: what a diagnostic means, with an example and the way out.

use crate::failure::Failure;
use crate::print;
use takens_dsl::Explanation;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A code such as E020; without one, all are listed
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Some(code) = &arguments.code else {
        let lines = takens_dsl::explanations().map(|one| format!("{}  {}\n", one.code, one.title));
        return print::text(&lines.collect::<String>());
    };
    match takens_dsl::explain(&code.to_uppercase()) {
        Ok(found) => print::text(&page(found)),
        Err(near) => {
            let near = near.map(|near| format!("; the nearest is {near}")).unwrap_or_default();
            Err(Failure::usage(format!(
                "no diagnostic has the code {code:?}{near}; `takens explain` lists all"
            )))
        }
    }
}

fn page(one: &Explanation) -> String {
    let mut text = format!("{}: {}\n\n{}\n", one.code, one.title, filled(one.cause));
    for (title, example) in [("At fault", one.bad), ("Put right", one.good)] {
        if !example.is_empty() {
            let lines = example.lines().map(|line| format!("    {line}\n"));
            text += &format!("\n{title}:\n\n{}", lines.collect::<String>());
        }
    }
    text + &format!("\n{}\n", filled(one.remedy))
}

/// Sentences broken into lines that a terminal shows whole.
fn filled(sentences: &str) -> String {
    const WIDTH: usize = 80;
    let mut text = String::new();
    let mut column = 0;
    for word in sentences.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}
