//! Checks of parameters.

use crate::load::{Instance, status_name};
use crate::validate::data;
use crate::validate::parameters;
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Subject, fail, is_refusal, say, told};
use crate::validate::watch;
use serde_json::Value;
use std::time::{Duration, Instant};
use takens_abi::Status;
use takens_plugin::params;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema is what the host and the tuner need.
pub(super) fn schema(subject: &Subject<'_>) -> Finding {
    let schema = subject.schema()?;
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        fail!("the schema is not that of an object: \"type\" is {}", schema["type"]);
    }
    if let Some(draft) = schema.get("$schema").and_then(Value::as_str)
        && draft.trim_end_matches('#') != DRAFT
    {
        fail!("the schema is of {draft}; it must be of {DRAFT}");
    }
    let whole = match params::complete(&schema, &serde_json::json!({})) {
        Ok(whole) => whole,
        Err(error) => fail!("the defaults do not fit the schema: {error}"),
    };
    let mut remarks = Vec::new();
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, one) in properties.into_iter().flatten() {
        if let Some(scale) = one.get("x-takens-scale")
            && !["log", "linear"].iter().any(|known| scale == known)
        {
            fail!("x-takens-scale of `{name}` is {scale}; it must be \"log\" or \"linear\"");
        }
        if whole.get(name).is_none() {
            remarks.push(format!("`{name}` has no default in the schema"));
        }
        if one.get("description").is_none() {
            remarks.push(format!("`{name}` has no description"));
        }
    }
    for text in parameters::tuned(&schema, "{}") {
        let given = serde_json::from_str(&text).unwrap_or_default();
        if let Err(error) = params::complete(&schema, &given) {
            fail!("x-takens-tune offers {text}, which does not fit the schema: {error}");
        }
    }
    if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
        remarks.push("unknown names are not refused (additionalProperties is not false)".into());
    }
    if remarks.is_empty() { Ok(()) } else { Err(Outcome::warning(remarks.join("; "))) }
}

/// What is left out takes its default.
pub(super) fn defaults(subject: &Subject<'_>) -> Finding {
    let schema = subject.schema()?;
    let base: Value = serde_json::from_str(&subject.params).unwrap_or_default();
    let whole = params::complete(&schema, &base)
        .map_err(|error| Outcome::failed(format!("the defaults do not fit: {error}")))?;
    // Made, at least, with no text and with an empty object; a slow method is not fitted with them.
    drop(subject.create_with("")?);
    drop(subject.create_with("{}")?);
    let data = subject.clean(data::SAMPLES, 0)?;
    let context = data::context(&data);
    let mut digests = Vec::new();
    for text in [&subject.params, &whole.to_string()] {
        let mut instance = subject.create_with(text)?;
        let said = instance
            .fit(&data, &subject.setup())
            .and_then(|()| say(&mut instance, &context, data::HORIZON, subject))
            .map_err(|failure| Outcome::failed(told(&format!("with {text}"), &failure)))?;
        digests.push(said.digest());
    }
    if digests[0] != digests[1] {
        fail!(
            "{} and {whole}, which is the same with all defaults, give different results",
            subject.params
        );
    }
    Ok(())
}

/// What is no parameter is refused, and not with a crash.
pub(super) fn bad(subject: &Subject<'_>) -> Finding {
    for (what, text) in parameters::bad(&subject.schema()?) {
        match Instance::create(subject.method(), &text) {
            Ok(_) => fail!("{what} is taken: {}", shortened(&text)),
            Err(failure) if failure.status == Status::INVALID_PARAMS => {}
            Err(failure) => fail!(
                "{what} ({}) is answered with {}; INVALID_PARAMS is expected",
                shortened(&text),
                status_name(failure.status)
            ),
        }
    }
    Ok(())
}

fn shortened(text: &str) -> String {
    text[..text.floor_char_boundary(80)].to_owned()
}

/// What fits the schema works or is refused.
pub(super) fn any(subject: &Subject<'_>) -> Finding {
    let schema = subject.schema()?;
    let (base, seed) = (&subject.params, subject.request.seed);
    let sets = [parameters::extremes(&schema, base), parameters::random(&schema, seed, 8)].concat();
    for text in sets {
        if let Err(failure) = Instance::create(subject.method(), &text)
            && failure.status != Status::INVALID_PARAMS
        {
            fail!("{}", told(&format!("create with {text}"), &failure));
        }
    }
    // Only what the author would have tried is fitted: the rest may be slow without fault.
    let data = subject.clean(data::SAMPLES / 2, 0)?;
    let context = data::context(&data);
    let start = Instant::now();
    for text in parameters::tuned(&schema, base) {
        if start.elapsed() > Duration::from_secs(20) {
            break;
        }
        let mut instance = subject.create_with(&text)?;
        let what = format!("a fit with {text}");
        // Two seconds, then it is asked to stop: what is left of it has no result.
        let fitted = watch::stops(&what, Duration::from_secs(2), true, || {
            instance.fit(&data, &subject.setup())
        });
        match fitted.and_then(|()| say(&mut instance, &context, data::HORIZON, subject)) {
            Ok(said) => {
                if let Some(odd) = said.odd_value() {
                    fail!("with {text} the forecast has {odd}");
                }
            }
            Err(failure) if is_refusal(failure.status) => {}
            Err(failure) if failure.status == Status::CANCELLED => {}
            Err(failure) => fail!("{}", told(&what, &failure)),
        }
    }
    Ok(())
}
