//! The report: a page of full size, and what a browser says of a page.

use std::process::Command;

/// Makes a store of 135 systems and 20 methods, and its report, in `target/report-scale`.
pub(crate) fn scale() -> Result<(), String> {
    let folder = crate::metadata::workspace()?.target.join("report-scale");
    crate::trial::run("report_scale", &[&folder.to_string_lossy()])
}

/// Opens a page in headless Chromium; the one that [`scale`] made if none is named.
pub(crate) fn check(page: Option<&str>) -> Result<(), String> {
    let workspace = crate::metadata::workspace()?;
    let of_scale = workspace.target.join("report-scale/report.html");
    let page = page.map_or(of_scale, Into::into);
    if !page.is_file() {
        return Err(format!(
            "{}: no such file; name a page, or make one with `cargo xtask report-scale`",
            page.display()
        ));
    }
    let pictures = workspace.target.join("report-check");
    let script = workspace.root.join("tests/report/check.mjs");
    let mut node = Command::new("node");
    status(node.arg(script).arg(page).arg("--pictures").arg(pictures), "node")
}

fn status(command: &mut Command, name: &str) -> Result<(), String> {
    let status = command.status().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("{name} is not installed; the check needs Node.js 18 or later, and Chromium")
        }
        _ => format!("{name}: {error}"),
    })?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}")) }
}
