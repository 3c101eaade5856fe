//! What the judge says.

use serde::{Deserialize, Serialize};

/// How close a candidate is to the truth: the ladder, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Equal wherever the truth is defined.
    L0,
    /// Equal once coefficients within the tolerance are identified.
    L1,
    /// The same skeleton with other coefficients.
    L2,
    /// Another structure, but a vector field within 1 % on the trajectory and over 1.5 times its
    /// bounding box.
    L3,
    /// Equal only under a declared symmetry (see [`crate::Symmetries`]).
    L4,
    /// Different.
    L5,
}

/// How certain the verdict is that the candidate equals the truth (L0) or does not (all other levels).
///
/// Which of L1 to L5 it is follows from normal forms and measured errors by their definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// By equal normal forms, or by a point where enclosures of both values do not meet.
    Proved,
    /// Enclosures agreed to many digits at this many random points or more, and nothing tells the two
    /// apart.
    Probable,
    /// Neither could be had.
    Undecided,
}

/// What the verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Witness {
    /// The normal form that both share, and what it takes for granted.
    NormalForm {
        /// The component.
        component: String,
        /// The form, in the syntax of the language.
        form: String,
        /// Conditions such as `x != 0`.
        conditions: Vec<String>,
    },
    /// A point where the two differ.
    Point {
        /// The component.
        component: String,
        /// Time.
        t: f64,
        /// State, in flat order.
        x: Vec<f64>,
        /// The true value.
        truth: f64,
        /// The candidate's value; none where it is undefined although the truth is not.
        candidate: Option<f64>,
    },
    /// Random points at which both agree.
    Agreement {
        /// The component.
        component: String,
        /// How many.
        points: usize,
    },
    /// Nothing: why.
    Nothing {
        /// The component.
        component: String,
        /// What stood in the way.
        reason: String,
    },
}

/// The verdict on one component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComponentVerdict {
    /// The component's name.
    pub name: String,
    /// How close.
    pub level: Level,
    /// How certain.
    pub certainty: Certainty,
    /// What it rests on.
    pub witness: Witness,
    /// The truth in normal form, readable; none if it has none.
    pub truth: Option<String>,
    /// The candidate in normal form, readable; none if it has none.
    pub candidate: Option<String>,
    /// The largest relative difference of corresponding coefficients, if the skeletons are the same.
    pub coefficient_difference: Option<f64>,
    /// Relative L2 error on the trajectory; none where the candidate is not finite.
    pub trajectory_error: Option<f64>,
    /// Relative L2 error over 1.5 times the bounding box; none where the candidate is not finite.
    pub box_error: Option<f64>,
}

/// The verdict on a system: that of its worst component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// How close.
    pub level: Level,
    /// How certain.
    pub certainty: Certainty,
    /// Each component, in flat order.
    pub components: Vec<ComponentVerdict>,
    /// The witness of the component that decides.
    pub witness: Witness,
    /// The change of coordinates, allowed by the options, that makes a candidate below L1 the truth: what
    /// the candidate's components are in those of the truth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symmetry: Option<String>,
}
