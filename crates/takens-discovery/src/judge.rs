//! The judge: from two systems of expressions to a verdict.
//!
//! For each component, in this order:
//! 1. *Normal forms.* Equal ones prove equality.
//! 2. *Enclosures* at points of the region. One where the two do not meet proves a difference, and so
//!    does one where only the candidate is undefined; this is also the check on step 1. Many that
//!    agree make equality probable.
//! 3. *Skeletons.* If the two differ in coefficients alone, the largest relative difference decides
//!    between L1 and L2.
//! 4. *Errors* of the vector field, measured, decide between L3 and L5.
//! 5. *Symmetries* that the options allow may make L5 an L4.

use crate::enclose::{PRECISIONS, Point, Schedule};
use crate::problem::Problem;
use crate::region::{FieldError, Region, deviations, field_error, values};
use crate::skeleton::{difference, skeleton};
use crate::symmetry::{Symmetries, find};
use crate::{Certainty, ComponentVerdict, JudgeError, Level, Verdict, Witness};
use takens_core::Trajectory;
use takens_core::interval::{Enclosure, Float, NoValue};
use takens_dsl::parse_expressions;
use takens_symbolic::{
    ExprId, Graph, Limits, Node, NormalError, Normalizer, Rational, RationalFunction, Style,
    VectorField,
};

/// How to judge.
#[derive(Debug, Clone)]
pub struct JudgeOptions {
    /// Relative tolerance for coefficients of L1.
    pub tolerance: f64,
    /// Exact parameter values, in flat order; `None`, or an empty list, means the default.
    pub parameters: Vec<Option<Rational>>,
    /// A trajectory of the truth; computed if not given.
    pub trajectory: Option<Trajectory>,
    /// How long a computed trajectory is, in system time.
    pub duration: Option<f64>,
    /// Points of the identity test.
    pub points: usize,
    /// Changes of coordinates under which a candidate counts as L4.
    pub symmetries: Symmetries,
    /// Seed of the points.
    pub seed: u64,
    /// Bounds on normal forms.
    pub limits: Limits,
}

impl Default for JudgeOptions {
    fn default() -> Self {
        Self {
            tolerance: 0.01,
            parameters: Vec::new(),
            trajectory: None,
            duration: None,
            points: 32,
            symmetries: Symmetries::default(),
            seed: 0,
            limits: Limits::default(),
        }
    }
}

/// The error of the vector field up to which another structure is L3.
pub const FIELD_TOLERANCE: f64 = 0.01;
/// Fewer agreeing points make nothing probable.
const FEWEST_POINTS: usize = 8;
/// Points that check a proof by normal forms.
const CHECK_POINTS: usize = 8;
/// What the enclosures of one verdict may cost, in units of about a microsecond.
const MOST_WORK: u64 = 1_000_000;
/// Enclosures agree if they are this narrow, in binary digits relative to the values.
const AGREEING_DIGITS: i64 = 60;

/// Judges a candidate written as `e1; e2; ...`, one expression per component of `truth`, over its
/// states, its parameters and `t`.
///
/// # Errors
/// [`JudgeError`] if the candidate does not parse, uses unknown names, or has not as many expressions
/// as the truth has components, or if the options do not fit.
pub fn judge(
    truth: &VectorField,
    candidate: &str,
    options: &JudgeOptions,
) -> Result<Verdict, JudgeError> {
    let (graph, expressions) = parse_expressions(candidate, truth).map_err(JudgeError::Syntax)?;
    judge_expressions(truth, (&graph, &expressions), options)
}

/// Judges expressions that are already in a graph, over the symbols of `truth`.
///
/// # Errors
/// [`JudgeError`] if there are not as many expressions as components, or the options do not fit.
pub fn judge_expressions(
    truth: &VectorField,
    candidate: (&Graph, &[ExprId]),
    options: &JudgeOptions,
) -> Result<Verdict, JudgeError> {
    if !(0.0..1.0).contains(&options.tolerance) {
        return Err(JudgeError::Tolerance { tolerance: options.tolerance });
    }
    let problem = Problem::new(truth, &options.parameters, candidate)?;
    let region = region_for(truth, options);
    let forms = Forms::new(&problem, options.limits);
    let evidence = gather(&problem, &region, &forms, options.points);
    let (on_trajectory, in_box) = field_errors(&problem, &region);
    let whole_within = on_trajectory.whole <= FIELD_TOLERANCE && in_box.whole <= FIELD_TOLERANCE;

    let mut components = Vec::with_capacity(problem.dim());
    for (i, (mut forms, evidence)) in forms.components.into_iter().zip(evidence).enumerate() {
        let errors = (on_trajectory.components[i], in_box.components[i]);
        let own_within = errors.0 <= FIELD_TOLERANCE && errors.1 <= FIELD_TOLERANCE;
        let numeric = if whole_within || own_within { Level::L3 } else { Level::L5 };
        let (level, certainty) = decide(&mut forms, &evidence, numeric, options.tolerance);
        let finite = |value: f64| value.is_finite().then_some(value);
        components.push(ComponentVerdict {
            name: problem.states[i].clone(),
            level,
            certainty,
            witness: witness(&problem, i, level, &forms, &evidence),
            truth: forms.truth_text,
            candidate: forms.candidate_text,
            coefficient_difference: forms.difference,
            trajectory_error: finite(errors.0),
            box_error: finite(errors.1),
        });
    }
    let mut verdict = summary(components, whole_within);
    if verdict.level > Level::L1
        && options.symmetries.any()
        && let Some((change, certainty)) = find(&problem, truth.kind, options.symmetries)
    {
        verdict.symmetry = Some(change);
        if verdict.level > Level::L4 {
            (verdict.level, verdict.certainty) = (Level::L4, certainty);
        }
    }
    Ok(verdict)
}

/// The region that options ask for.
pub(crate) fn region_for(truth: &VectorField, options: &JudgeOptions) -> Region {
    if let Some(trajectory) = &options.trajectory {
        return Region::around(trajectory, options.seed);
    }
    let overrides: Vec<Option<f64>> = (0..truth.parameters.len())
        .map(|place| {
            options.parameters.get(place).and_then(Option::as_ref).map(takens_symbolic::to_f64)
        })
        .collect();
    Region::of(truth, &truth.parameter_values(&overrides), options.duration, options.seed)
}

/// The worst component speaks for the system.
fn summary(components: Vec<ComponentVerdict>, whole_within: bool) -> Verdict {
    let mut level = components.iter().map(|component| component.level).max().unwrap_or(Level::L0);
    let deciding = components.iter().filter(|component| component.level == level);
    // One component that is proved different is enough; equality needs all of them.
    let certainty = if level == Level::L5 {
        deciding.map(|component| component.certainty).min()
    } else {
        components.iter().map(|component| component.certainty).max()
    };
    let certainty = certainty.unwrap_or(Certainty::Proved);
    let spokesman = components
        .iter()
        .filter(|component| component.level == level)
        .min_by_key(|component| (component.certainty != certainty, component.certainty));
    let nothing =
        || Witness::Nothing { component: String::new(), reason: "there is no component".into() };
    let witness = spokesman.map_or_else(nothing, |component| component.witness.clone());
    // L3 speaks of the whole vector field, which other components may spoil.
    if level == Level::L3 && !whole_within {
        level = Level::L5;
    }
    Verdict { level, certainty, components, witness, symmetry: None }
}

/// The normal forms of all components.
struct Forms {
    components: Vec<ComponentForms>,
}

/// What normal forms tell of one component.
struct ComponentForms {
    /// Whether the exponential forms are equal; an error if there are none.
    equal: Result<bool, NormalError>,
    /// Whether equal forms are a proof by themselves.
    sound: bool,
    /// Whether both forms are made of state and time alone, so that different ones are a proof.
    elementary: bool,
    /// The largest relative coefficient difference of equal skeletons.
    difference: Option<f64>,
    /// Whether that comes from the readable forms, where coefficients are told apart surely.
    plain: bool,
    truth_text: Option<String>,
    candidate_text: Option<String>,
    conditions: Vec<String>,
}

impl Forms {
    fn new(problem: &Problem, limits: Limits) -> Self {
        let exponential = Side::new(problem, Style::Exponential, limits);
        let readable = Side::new(problem, Style::Readable, limits);
        let names = |symbol| problem.name(symbol);
        let mut components = Vec::new();
        let (mut exponential, mut readable) = (exponential, readable);
        for i in 0..problem.dim() {
            let (truth, candidate) = exponential.forms(problem, i);
            let (plain_truth, plain_candidate) = readable.forms(problem, i);
            let normalizer = &mut exponential.normalizer;
            let (equal, sound, elementary) = match (&truth, &candidate) {
                (Ok(a), Ok(b)) => (
                    normalizer.equal(a, b),
                    normalizer.is_cancellable(a) && normalizer.is_cancellable(b),
                    normalizer.is_elementary(a) && normalizer.is_elementary(b),
                ),
                (Err(error), _) | (_, Err(error)) => (Err(error.clone()), false, false),
            };
            let compare = |normalizer: &Normalizer, a: &RationalFunction, b: &RationalFunction| {
                difference(&skeleton(normalizer, a)?, &skeleton(normalizer, b)?)
            };
            // Functions as they are written first: there every coefficient is seen. Exponentials find
            // what addition theorems hide.
            let plain = match (&plain_truth, &plain_candidate) {
                (Ok(a), Ok(b)) => compare(&readable.normalizer, a, b),
                _ => None,
            };
            let difference = plain.or_else(|| match (&truth, &candidate) {
                (Ok(a), Ok(b)) => compare(&exponential.normalizer, a, b),
                _ => None,
            });
            let text = |form: &Result<RationalFunction, NormalError>| {
                form.as_ref().ok().map(|form| readable.normalizer.show(form, &names))
            };
            let conditions = readable.normalizer.conditions();
            components.push(ComponentForms {
                equal,
                sound,
                elementary,
                difference,
                plain: plain.is_some(),
                truth_text: text(&plain_truth),
                candidate_text: text(&plain_candidate),
                conditions: conditions
                    .map(|c| readable.normalizer.show_condition(c, &names))
                    .collect(),
            });
        }
        Self { components }
    }
}

/// One style of normal forms for all components.
pub(crate) struct Side {
    pub(crate) normalizer: Normalizer,
    /// Whether the truth is one formula everywhere, so that its domain may be taken for granted.
    unbranched: bool,
}

impl Side {
    pub(crate) fn new(problem: &Problem, style: Style, limits: Limits) -> Self {
        let schedule = Schedule::new(&problem.graph, &problem.truth);
        let branches = |id: &ExprId| matches!(problem.graph.node(*id), Node::If { .. });
        let unbranched = !schedule.order().iter().any(branches);
        Self { normalizer: Normalizer::new(style, limits), unbranched }
    }

    /// Truth and candidate of component `i`, where the truth is defined.
    pub(crate) fn forms(
        &mut self,
        problem: &Problem,
        i: usize,
    ) -> (Result<RationalFunction, NormalError>, Result<RationalFunction, NormalError>) {
        let (truth, candidate) = (problem.truth[i], problem.candidate[i]);
        self.normalizer.start_over();
        let first = self.normalizer.normalize(&problem.graph, truth);
        let assumed = self.unbranched && self.normalizer.assume_domain();
        let truth = if assumed { self.normalizer.normalize(&problem.graph, truth) } else { first };
        // Without the truth's form there is nothing to compare with.
        if let Err(error) = truth {
            return (Err(error.clone()), Err(error));
        }
        (truth, self.normalizer.normalize(&problem.graph, candidate))
    }
}

/// What enclosures at points tell of one component.
#[derive(Debug, Clone, Default)]
struct Evidence {
    /// Points at which both are enclosed and agree.
    agreeing: usize,
    /// A point at which they do not, with both values.
    differs: Option<(Point, f64, Option<f64>)>,
    /// Whether the candidate is undefined somewhere where the truth is not.
    undefined: bool,
}

/// One point tells one of these.
enum Comparison {
    Agree,
    Differ(f64, Option<f64>),
    Open,
    /// The truth is undefined: the point tells nothing.
    Outside,
}

fn gather(problem: &Problem, region: &Region, forms: &Forms, points: usize) -> Vec<Evidence> {
    let all_equal = forms.components.iter().all(|forms| forms.equal == Ok(true) && forms.sound);
    let points = if all_equal { points.min(CHECK_POINTS) } else { points };
    let roots: Vec<ExprId> = problem.truth.iter().chain(&problem.candidate).copied().collect();
    let schedule = Schedule::new(&problem.graph, &roots);
    let mut evidence = vec![Evidence::default(); problem.dim()];
    let mut work = MOST_WORK;
    for point in region.test_points(points) {
        let mut open = vec![true; problem.dim()];
        for bits in PRECISIONS {
            let Some(left) = work.checked_sub(schedule.cost(&problem.graph, bits)) else {
                return evidence;
            };
            work = left;
            let values = schedule.enclose(&problem.graph, point, bits);
            for i in (0..problem.dim()).filter(|&i| open[i]).collect::<Vec<_>>() {
                let truth = &values[problem.truth[i].index()];
                let candidate = &values[problem.candidate[i].index()];
                let found = &mut evidence[i];
                open[i] = false;
                match compare(truth, candidate) {
                    Comparison::Agree => found.agreeing += 1,
                    Comparison::Differ(truth, candidate) => {
                        found.undefined |= candidate.is_none();
                        if found.differs.is_none() {
                            found.differs = Some((point.clone(), truth, candidate));
                        }
                    }
                    Comparison::Open => open[i] = true,
                    Comparison::Outside => {}
                }
            }
            if !open.contains(&true) {
                break;
            }
        }
    }
    evidence
}

fn compare(truth: &Enclosure, candidate: &Enclosure) -> Comparison {
    match (truth, candidate) {
        (Err(NoValue::Undefined), _) => Comparison::Outside,
        (Ok(truth), Err(NoValue::Undefined)) => Comparison::Differ(truth.middle(), None),
        (Ok(truth), Ok(candidate)) => {
            let gap = takens_core::interval::Interval {
                low: truth.low.plus(&candidate.high.negated()),
                high: truth.high.plus(&candidate.low.negated()),
            };
            let (a, b) = (truth.middle(), candidate.middle());
            if gap.excludes_zero() {
                return Comparison::Differ(a, Some(b));
            }
            let size = truth.low.magnitude().max(truth.high.magnitude()).unwrap_or(0);
            if gap.width() <= Float::power_of_two(size - AGREEING_DIGITS) {
                Comparison::Agree
            } else {
                Comparison::Open
            }
        }
        _ => Comparison::Open,
    }
}

/// Errors of the candidate's vector field on the trajectory and in the box.
pub(crate) fn field_errors(problem: &Problem, region: &Region) -> (FieldError, FieldError) {
    let dim = problem.dim();
    let both = |points: &[Point]| {
        let truth = values(&problem.graph, &problem.truth, dim, points);
        (truth, values(&problem.graph, &problem.candidate, dim, points))
    };
    let near = both(&region.on_trajectory);
    let far = both(&region.in_box);
    let scales = deviations(&near.0, dim);
    (field_error(&near.0, &near.1, &scales), field_error(&far.0, &far.1, &scales))
}

fn decide(
    forms: &mut ComponentForms,
    evidence: &Evidence,
    numeric: Level,
    tolerance: f64,
) -> (Level, Certainty) {
    let differs = evidence.differs.is_some();
    if forms.equal == Ok(true) && !differs {
        let proved = forms.sound;
        return (Level::L0, if proved { Certainty::Proved } else { Certainty::Probable });
    }
    let different_forms = forms.equal == Ok(false) && forms.elementary;
    if !differs && !different_forms && evidence.agreeing >= FEWEST_POINTS {
        // A threshold that is a little off shows at no random point, but it shows in the coefficients.
        return match forms.difference.filter(|&difference| forms.plain && difference > 1e-9) {
            None => (Level::L0, Certainty::Probable),
            Some(difference) if difference <= tolerance => (Level::L1, Certainty::Probable),
            Some(_) => (Level::L2, Certainty::Probable),
        };
    }
    let certainty =
        if differs || different_forms { Certainty::Proved } else { Certainty::Undecided };
    // Equal forms with a difference, or a candidate with gaps, are another function on the truth's
    // domain, whatever the coefficients.
    if forms.equal == Ok(true) || evidence.undefined {
        forms.difference = None;
    }
    let level = match forms.difference {
        Some(difference) if difference <= tolerance => Level::L1,
        Some(_) => Level::L2,
        None => numeric,
    };
    (level, certainty)
}

fn witness(
    problem: &Problem,
    i: usize,
    level: Level,
    forms: &ComponentForms,
    evidence: &Evidence,
) -> Witness {
    let component = problem.states[i].clone();
    if let Some((point, truth, candidate)) = &evidence.differs {
        return Witness::Point {
            component,
            t: point.time,
            x: point.state.clone(),
            truth: *truth,
            candidate: *candidate,
        };
    }
    match (&forms.equal, &forms.truth_text) {
        (Ok(true), Some(form)) => Witness::NormalForm {
            component,
            form: form.clone(),
            conditions: forms.conditions.clone(),
        },
        _ if level == Level::L0 => Witness::Agreement { component, points: evidence.agreeing },
        (Ok(false), _) => Witness::Nothing {
            component,
            reason: "the normal forms differ; no point was found to show it".into(),
        },
        (Ok(true), None) => Witness::Agreement { component, points: evidence.agreeing },
        (Err(error), _) => Witness::Nothing { component, reason: error.to_string() },
    }
}
