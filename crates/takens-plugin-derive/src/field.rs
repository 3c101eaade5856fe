//! What an author writes at a field: `#[takens(default = 500, range = 50..=5000, scale = "log")]`.

use syn::spanned::Spanned as _;
use syn::{Attribute, Error, Expr, Field, GenericArgument, Ident, LitStr, PathArguments, Type};

const KEYS: &str = "default, range, scale, tune, fidelity";

/// One parameter.
pub(crate) struct Parameter<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) kind: &'a Type,
    /// The type of a value that is given: that within an `Option`.
    pub(crate) inner: &'a Type,
    pub(crate) about: String,
    /// None for an `Option` that is left out.
    pub(crate) default: Option<Expr>,
    pub(crate) least: Option<Expr>,
    pub(crate) most: Option<Expr>,
    pub(crate) scale: Option<LitStr>,
    pub(crate) tune: Vec<Expr>,
    pub(crate) fidelity: bool,
}

impl<'a> Parameter<'a> {
    /// Reads a field.
    pub(crate) fn of(field: &'a Field) -> Result<Self, Error> {
        let name = field
            .ident
            .as_ref()
            .ok_or_else(|| Error::new(field.span(), "parameters are fields with names"))?;
        let about = documentation(&field.attrs);
        if about.is_empty() {
            let text = format!(
                "`{name}` has no description: write a comment with `///` above it, which users are shown"
            );
            return Err(Error::new(name.span(), text));
        }
        let within = option(&field.ty);
        let mut parameter = Self {
            name,
            kind: &field.ty,
            inner: within.unwrap_or(&field.ty),
            about,
            default: None,
            least: None,
            most: None,
            scale: None,
            tune: Vec::new(),
            fidelity: false,
        };
        for attribute in field.attrs.iter().filter(|one| one.path().is_ident("takens")) {
            parameter.read(attribute)?;
        }
        if parameter.default.is_none() && within.is_none() {
            let text = format!(
                "`{name}` has no default: write #[takens(default = ...)], or make it an `Option`"
            );
            return Err(Error::new(name.span(), text));
        }
        parameter.check()?;
        Ok(parameter)
    }

    fn read(&mut self, attribute: &Attribute) -> Result<(), Error> {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
            let twice = || Err(meta.error(format!("`{key}` is given twice")));
            match key.as_str() {
                "default" if self.default.is_some() => return twice(),
                "default" => self.default = Some(meta.value()?.parse()?),
                "range" if self.least.is_some() || self.most.is_some() => return twice(),
                "range" => (self.least, self.most) = range(meta.value()?.parse()?)?,
                "scale" if self.scale.is_some() => return twice(),
                "scale" => {
                    let scale: LitStr = meta.value()?.parse()?;
                    if !["log", "linear"].contains(&scale.value().as_str()) {
                        return Err(Error::new(scale.span(), "a scale is \"log\" or \"linear\""));
                    }
                    self.scale = Some(scale);
                }
                "tune" if !self.tune.is_empty() => return twice(),
                "tune" => self.tune = choices(meta.value()?.parse()?)?,
                "fidelity" => self.fidelity = true,
                _ => return Err(meta.error(format!("unknown key; there are {KEYS}"))),
            }
            Ok(())
        })
    }

    /// What can be seen without knowing types: literal numbers that contradict each other.
    fn check(&self) -> Result<(), Error> {
        let bound = |bound: &Option<Expr>| bound.as_ref().and_then(number);
        let (least, most) = (bound(&self.least), bound(&self.most));
        if let (Some(low), Some(high), Some(end)) = (least, most, &self.most)
            && low > high
        {
            return Err(Error::new(end.span(), format!("no value lies from {low} to {high}")));
        }
        for (what, value) in self
            .default
            .iter()
            .map(|one| ("the default", one))
            .chain(self.tune.iter().map(|one| ("a choice", one)))
        {
            let Some(found) = value_of_some(value).and_then(number) else { continue };
            if least.is_some_and(|least| found < least) || most.is_some_and(|most| found > most) {
                let text = format!("{what} of `{}` is {found}, outside its range", self.name);
                return Err(Error::new(value.span(), text));
            }
        }
        Ok(())
    }
}

/// `a..=b`, `a..`, `..=b`.
fn range(value: Expr) -> Result<(Option<Expr>, Option<Expr>), Error> {
    let amiss = "a range has both ends in it: `50..=5000`, `0.0..`, `..=1.0`";
    match value {
        Expr::Range(range) if range.start.is_some() || range.end.is_some() => {
            if range.end.is_some() && matches!(range.limits, syn::RangeLimits::HalfOpen(_)) {
                return Err(Error::new(range.limits.span(), amiss));
            }
            Ok((range.start.map(|start| *start), range.end.map(|end| *end)))
        }
        other => Err(Error::new(other.span(), amiss)),
    }
}

/// What the tuner tries: a list, or the ends of a range of numbers.
fn choices(value: Expr) -> Result<Vec<Expr>, Error> {
    match value {
        Expr::Array(list) if !list.elems.is_empty() => Ok(list.elems.into_iter().collect()),
        Expr::Range(_) => match range(value)? {
            (Some(low), Some(high)) => Ok(vec![low, high]),
            (Some(one), None) | (None, Some(one)) => {
                Err(Error::new(one.span(), "the tuner needs both ends"))
            }
            (None, None) => Ok(Vec::new()),
        },
        other => Err(Error::new(
            other.span(),
            "what the tuner tries is a list, `[100, 200, 500]`, or a range, `100..=500`",
        )),
    }
}

/// The text of `///` comments, line by line.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let line = |attribute: &Attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    let lines: Vec<String> =
        attributes.iter().filter_map(line).map(|line| line.trim().to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

/// `T` of `Option<T>`.
fn option(kind: &Type) -> Option<&Type> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}

/// `x` of `Some(x)`, or `x` itself.
fn value_of_some(value: &Expr) -> Option<&Expr> {
    match value {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if path.path.is_ident("Some") => call.args.first(),
            _ => None,
        },
        other => Some(other),
    }
}

/// The number that a literal is.
fn number(value: &Expr) -> Option<f64> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Int(number) => number.base10_parse().ok(),
            syn::Lit::Float(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            number(&unary.expr).map(|number| -number)
        }
        Expr::Paren(inner) => number(&inner.expr),
        _ => None,
    }
}
