//! One statement of an XPPAUT file, put where it belongs.

use super::super::formula::{Piece, pieces};
use super::{Event, Function, Model, Quantity};

/// Whether the file goes on.
pub(super) enum Then {
    GoOn,
    Stop,
}

/// The most elements of one array.
const MOST: i64 = 10_000;

/// Reads one statement.
///
/// # Errors
/// What is wrong with it, or what of it the language cannot say.
pub(super) fn sort(model: &mut Model, statement: &str, line: usize) -> Result<Then, String> {
    let statement = statement.trim();
    if statement.is_empty() {
        return Ok(Then::GoOn);
    }
    // Names are the same in capitals and small letters there.
    let lower = statement.to_lowercase();
    if lower.starts_with("#include") {
        return Err("files that are included are not read; put their text here".into());
    }
    if let Some(remark) = statement.strip_prefix(['#', '"']) {
        model.comments.push((remark.trim().trim_end_matches('"').to_owned(), line));
        return Ok(Then::GoOn);
    }
    if statement.starts_with('@') {
        model.comments.push((format!("XPPAUT option {statement}"), line));
        return Ok(Then::GoOn);
    }
    if let Some(rest) = lower.strip_prefix('!') {
        let (name, value) = rest.split_once('=').ok_or("a derived parameter is `!name=formula`")?;
        model.derived.push(quantity(name, value, line)?);
        return Ok(Then::GoOn);
    }
    if statement.starts_with('%') {
        return Err("blocks of `%[a..b]` are not read; write an array on each line".into());
    }
    let end = lower.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(lower.len());
    let (word, rest) = lower.split_at(end);
    // A word of a command is followed by a space: `p = 3` and `par(x) = ..` are no commands.
    let is_command = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let names_something = rest.trim_start().starts_with('=');
    if is_command
        && !names_something
        && let Some(then) = command(model, word, rest.trim(), statement, line)?
    {
        return Ok(then);
    }
    equation(model, &lower, line)?;
    Ok(Then::GoOn)
}

/// A statement that begins with a word; `None` if the word is none of these.
fn command(
    model: &mut Model,
    word: &str,
    rest: &str,
    statement: &str,
    line: usize,
) -> Result<Option<Then>, String> {
    match word {
        "done" | "d" => return Ok(Some(Then::Stop)),
        "p" | "par" | "param" | "params" | "parameter" | "parameters" => {
            model.parameters.extend(list(rest, line)?);
        }
        "n" | "num" | "number" | "numbers" => model.fixed.extend(list(rest, line)?),
        "i" | "ini" | "init" | "initial" => {
            for one in list(rest, line)? {
                model.initial.insert(one.name.clone(), one);
            }
        }
        "a" | "aux" => {
            let (name, value) = rest.split_once('=').ok_or("an output is `aux name=formula`")?;
            for (name, value) in elements(name, value)? {
                model.aux.push(quantity(&name, &value, line)?);
            }
        }
        "w" | "wiener" => {
            let names = rest.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
            for name in names {
                for (name, _) in elements(name, "")? {
                    is_name(&name)?;
                    model.wiener.push(name);
                }
            }
        }
        "g" | "global" => model.events.push(event(rest, line)?),
        // What is drawn, stored or started is no part of the equations.
        "set" | "only" | "option" | "options" | "export" => {
            model.comments.push((format!("XPPAUT: {statement}"), line));
        }
        "b" | "bndry" | "bdry" | "boundary" => {
            return Err("a boundary condition; the language has initial values only".into());
        }
        "markov" | "table" | "volterra" | "special" | "solv" | "solve" | "network" | "weiner" => {
            return Err(format!("`{word}` has no counterpart in the language"));
        }
        _ => return Ok(None),
    }
    Ok(Some(Then::GoOn))
}

/// An equation, a start, a function, or a quantity that is computed on the way.
fn equation(model: &mut Model, statement: &str, line: usize) -> Result<(), String> {
    let unread = || {
        "this is no statement that is read here; `par`, `init`, `aux`, `number`, `wiener`, `global` and \
         equations are"
            .to_owned()
    };
    let (left, right) = statement.split_once('=').ok_or_else(unread)?;
    let left: String = left.chars().filter(|c| !c.is_whitespace()).collect();
    if left == "0" {
        return Err("an algebraic equation `0 = ...`; the language has no such constraint".into());
    }
    if right.contains("int{") || right.contains("int[") {
        return Err("an integral over the past; the language has delays only".into());
    }
    for (left, right) in elements(&left, right)? {
        let derivative = left
            .strip_suffix('\'')
            .or_else(|| left.strip_prefix('d').and_then(|rest| rest.strip_suffix("/dt")));
        if let Some(name) = derivative {
            model.is_flow = true;
            model.equations.push(quantity(name, &right, line)?);
        } else if let Some(name) = left.strip_suffix("(t+1)") {
            model.is_map = true;
            model.equations.push(quantity(name, &right, line)?);
        } else if let Some(name) = left.strip_suffix("(0)") {
            let start = quantity(name, &right, line)?;
            model.initial.insert(start.name.clone(), start);
        } else if left.ends_with("(t)") {
            return Err("an equation for `x(t)` itself (Volterra); the language has none".into());
        } else if let Some((name, arguments)) = left.split_once('(') {
            is_name(name)?;
            let arguments = arguments.strip_suffix(')').ok_or_else(unread)?;
            let arguments: Vec<String> = arguments.split(',').map(String::from).collect();
            arguments.iter().try_for_each(|argument| is_name(argument))?;
            let body = pieces(&right)?;
            model.functions.push(Function { name: name.into(), arguments, body, line });
        } else {
            model.fixed.push(quantity(&left, &right, line)?);
        }
    }
    Ok(())
}

/// `sign {condition} {name=value; ...}`
fn event(rest: &str, line: usize) -> Result<Event, String> {
    let form = "an event is `global sign {condition} {name=formula; ...}`";
    let (sign, rest) = rest.split_once('{').ok_or(form)?;
    let (condition, rest) = rest.split_once('}').ok_or(form)?;
    let (_, rest) = rest.split_once('{').ok_or(form)?;
    let (assignments, _) = rest.split_once('}').ok_or(form)?;
    let rising = match sign.trim() {
        "1" | "+1" => true,
        "-1" => false,
        _ => {
            return Err("only events of sign 1 (rising) and -1 (falling) have a counterpart".into());
        }
    };
    let assignments = assignments
        .split(';')
        .filter(|one| !one.trim().is_empty())
        .map(|one| {
            let (name, value) = one.split_once('=').ok_or(form)?;
            if name.trim() == "out_put" || name.trim() == "arret" {
                return Err(format!("`{}` steers XPPAUT and has no counterpart", name.trim()));
            }
            quantity(name, value, line)
        })
        .collect::<Result<_, String>>()?;
    Ok(Event { rising, condition: pieces(&indexed(condition, None)?)?, assignments, line })
}

/// `a=1, b=2 c=3`: names with values; a name alone is zero.
fn list(text: &str, line: usize) -> Result<Vec<Quantity>, String> {
    let mut all = Vec::new();
    // A space around `=` is none between two entries.
    let mut text = text.to_owned();
    while text.contains(" =") || text.contains("= ") {
        text = text.replace(" =", "=").replace("= ", "=");
    }
    let mut depth = 0_i64;
    let entries = text.split(|c: char| {
        depth += i64::from(matches!(c, '(' | '[')) - i64::from(matches!(c, ')' | ']'));
        depth == 0 && (c == ',' || c.is_whitespace())
    });
    for entry in entries.filter(|entry| !entry.is_empty()) {
        let (name, value) = entry.split_once('=').unwrap_or((entry, "0"));
        for (name, value) in elements(name, value)? {
            all.push(quantity(&name, &value, line)?);
        }
    }
    Ok(all)
}

fn quantity(name: &str, value: &str, line: usize) -> Result<Quantity, String> {
    let name = indexed(name.trim(), None)?;
    is_name(&name)?;
    let value = pieces(&indexed(value, None)?)?;
    if value.is_empty() {
        return Err(format!("`{name}` has no value"));
    }
    Ok(Quantity { name, value, line })
}

fn is_name(name: &str) -> Result<(), String> {
    match pieces(name)?.as_slice() {
        [Piece::Name(_)] => Ok(()),
        _ => Err(format!("`{name}` is no name")),
    }
}

/// `x[1..3]' = -x[j]`: a statement for each element; any other statement is itself.
fn elements(left: &str, right: &str) -> Result<Vec<(String, String)>, String> {
    let Some((name, rest)) = left.split_once('[') else {
        return Ok(vec![(left.into(), indexed(right, None)?)]);
    };
    let (range, after) = rest.split_once(']').ok_or_else(|| format!("`{left}` lacks a `]`"))?;
    let Some((low, high)) = range.split_once("..") else {
        return Ok(vec![(indexed(left, None)?, indexed(right, None)?)]);
    };
    let number = |text: &str| -> Result<i64, String> {
        text.trim().parse().map_err(|_| format!("`{text}` is no whole number, as an array needs"))
    };
    let (low, high) = (number(low)?, number(high)?);
    if low < 0 || high < low || high - low >= MOST {
        return Err(format!("an array from {low} to {high}; at most {MOST} elements are read"));
    }
    (low..=high).map(|j| Ok((format!("{name}{j}{after}"), indexed(right, Some(j))?))).collect()
}

/// `x[j-1]` at `j = 3` is `x2`.
fn indexed(text: &str, j: Option<i64>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let (index, after) =
            after.split_once(']').ok_or_else(|| format!("`{}` lacks a `]`", text.trim()))?;
        out += before;
        out += &whole(index, j)?.to_string();
        rest = after;
    }
    Ok(out + rest)
}

/// A sum of whole numbers and the index, from left to right.
fn whole(text: &str, j: Option<i64>) -> Result<i64, String> {
    let fault = || format!("`[{text}]` is no sum of whole numbers and `j`");
    let (mut total, mut sign, mut factor) = (0_i64, 1_i64, None::<i64>);
    let mut finish = |factor: &mut Option<i64>, sign: i64| -> Option<()> {
        total = total.checked_add(sign.checked_mul(factor.take()?)?)?;
        Some(())
    };
    for piece in pieces(text)? {
        let value = match piece {
            Piece::Number(digits) => digits.parse().map_err(|_| fault())?,
            Piece::Name(name) if name == "j" => j.ok_or_else(fault)?,
            Piece::Sign(one) if one == "*" && factor.is_some() => continue,
            Piece::Sign(one) if one == "+" || one == "-" => {
                if factor.is_some() {
                    finish(&mut factor, sign).ok_or_else(fault)?;
                    sign = 1;
                }
                if one == "-" {
                    sign = -sign;
                }
                continue;
            }
            _ => return Err(fault()),
        };
        factor = Some(factor.unwrap_or(1).checked_mul(value).ok_or_else(fault)?);
    }
    finish(&mut factor, sign).ok_or_else(fault)?;
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_put_in_place() {
        assert_eq!(indexed("x[j-1] + 2*y[2*j+1]", Some(3)), Ok("x2 + 2*y7".into()));
        assert!(indexed("x[j]", None).is_err());
        assert_eq!(elements("x[1..2]'", "-x[j]").map(|all| all.len()), Ok(2));
        assert!(elements("x[0..99999999]'", "1").is_err());
    }
}
