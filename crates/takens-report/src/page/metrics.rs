//! The rankings of the page: one for each metric that the run has scores of.

use crate::leaderboard::{Leaderboard, LeaderboardError, Table, rank};
use rayon::prelude::*;
use takens_host::Run;
use takens_metrics::{METRICS, MetricInfo, metric};

/// All that the page says by one metric.
pub(crate) struct Board {
    pub(crate) info: &'static MetricInfo,
    pub(crate) table: Table,
    pub(crate) ranking: Leaderboard,
}

/// Rankings by all metrics, the one asked for first, the others in the order of the registry; and why
/// there is none, where there is none.
///
/// # Errors
/// [`LeaderboardError`] if results of several sweeps are mixed, or no metric has the id `first`.
pub(crate) fn boards(
    run: &Run,
    first: &str,
    group: impl Fn(&str) -> String + Sync,
) -> Result<(Vec<Board>, String), LeaderboardError> {
    let first = metric(first)?;
    let others = METRICS.iter().filter(|info| info.id != first.id);
    let ids: Vec<&MetricInfo> = [first].into_iter().chain(others).collect();
    // Each is a bootstrap of its own.
    let all: Vec<Result<Board, LeaderboardError>> = ids
        .into_par_iter()
        .map(|info| {
            let table = Table::of(run, info)?;
            let ranking = rank(run, &table, info, &group);
            Ok(Board { info, table, ranking })
        })
        .collect();
    let (mut boards, mut nothing) = (Vec::new(), String::new());
    for board in all {
        match board {
            Ok(board) => boards.push(board),
            Err(
                error @ (LeaderboardError::NoScore { .. }
                | LeaderboardError::NothingInCommon { .. }),
            ) => {
                if nothing.is_empty() {
                    nothing = error.to_string();
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok((boards, nothing))
}
