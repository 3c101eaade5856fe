//! Tables, plots and the HTML report of a run.
//!
//! Start at [`leaderboard()`] for the ranking and [`html`] for the page. Nothing here runs a method;
//! everything is read from the store.

mod archive;
mod draw;
mod leaderboard;
mod page;

pub use leaderboard::{
    Leaderboard, LeaderboardError, Standing, competitor, form, leaderboard, median,
};
pub use page::{ReportError, html};
