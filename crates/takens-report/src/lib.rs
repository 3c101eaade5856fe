//! Tables, plots and the HTML report of a run.
//!
//! Start at [`leaderboard()`] for the ranking and [`html`] for the page. Nothing here runs a method;
//! everything is read from the store.

mod cost;
mod forecasts;
mod heat;
mod horizon;
mod leaderboard;
mod page;
mod svg;

pub use leaderboard::{
    Leaderboard, LeaderboardError, Standing, competitor, form, leaderboard, median,
    scores_by_system,
};
pub use page::{ReportError, html};
