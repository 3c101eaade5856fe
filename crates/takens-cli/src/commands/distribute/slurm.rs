//! `takens distribute slurm`: a job array of workers.

use super::job::{Common, Job};
use crate::failure::Failure;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Slurm's partition
    #[arg(long, value_name = "NAME", value_parser = word)]
    partition: Option<String>,
    /// How long one worker may run, as Slurm writes it: minutes, or D-HH:MM:SS
    #[arg(long, value_name = "TIME", value_parser = word)]
    time: Option<String>,
    /// Memory of one worker, as Slurm writes it: 16G
    #[arg(long, value_name = "SIZE", value_parser = word)]
    mem: Option<String>,
    /// Other options of sbatch, after `--`, each as one word: -- --account=abc --qos=long
    #[arg(last = true, value_name = "OPTION", value_parser = option)]
    others: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let job = Job::new(&arguments.common, files)?;
    let file = job.write("slurm.sh", &script(&job, arguments)?)?;
    job.finish(&arguments.common, &file, &["sbatch", "--parsable"])
}

/// The script of one worker. A worker is a task of the array, so that a node that fails costs its own
/// only: Slurm starts them again, and until then others go on with their tasks.
fn script(job: &Job, arguments: &Arguments) -> Result<String, Failure> {
    let name = job.folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let name: String = name.chars().map(|c| if c.is_ascii_graphic() { c } else { '-' }).collect();
    // Slurm puts numbers in the place of what follows a percent sign.
    let log = job.path("logs/slurm")?.replace('%', "%%") + "-%A_%a.log";
    let mut options = vec![
        format!("--job-name=takens-{}", name.replace(['"', '\'', '\\', '#'], "-")),
        format!("--array=1-{}", job.workers),
        "--requeue".into(),
        "--open-mode=append".into(),
        format!("--output={}", quoted(&log)?),
        "--ntasks=1".into(),
        format!("--cpus-per-task={}", job.processors),
    ];
    let given =
        [("partition", &arguments.partition), ("time", &arguments.time), ("mem", &arguments.mem)];
    for (option, value) in given {
        options.extend(value.iter().map(|value| format!("--{option}={value}")));
    }
    options.extend(arguments.others.iter().cloned());
    let mut script = String::from("#!/bin/sh\n");
    for option in &options {
        // Writing to a string does not fail.
        let _ = writeln!(script, "#SBATCH {option}");
    }
    let share = format!("${{SLURM_ARRAY_TASK_ID}}/{}", job.workers);
    let mut words = job.command(&share)?;
    let share = words.pop().unwrap_or_default();
    let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
    let _ = writeln!(
        script,
        "\n# One worker; written by `takens distribute slurm`.\nexec {} \"{share}\"",
        words.join(" ")
    );
    Ok(script)
}

/// A value in a line of options, where words end at blanks.
fn quoted(value: &str) -> Result<String, Failure> {
    if value.contains('"') {
        return Err(Failure::Work(format!("{value}: Slurm takes no path with a quotation mark")));
    }
    Ok(format!("\"{value}\""))
}

fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=+:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A value that stands in a line of options.
fn word(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !"\"'\\#".contains(c)) {
        Ok(text.into())
    } else {
        Err("one word without blanks and quotation marks is needed".into())
    }
}

fn option(text: &str) -> Result<String, String> {
    if !text.starts_with('-') || text.contains(['\n', '\r']) {
        return Err("an option begins with a dash; write --name=value as one word".into());
    }
    let known = ["--array", "-a", "--output", "-o", "--requeue", "--wrap"];
    if known.iter().any(|known| text.split('=').next() == Some(known)) {
        return Err("this is decided by `takens distribute`".into());
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::{option, shell_word, word};

    #[test]
    fn words_are_quoted_for_the_shell_and_checked_for_slurm() {
        assert_eq!(shell_word("/a/b-c.toml"), "/a/b-c.toml");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
        assert!(word("1-12:00:00").is_ok() && word("a b").is_err() && word("x\n#SBATCH").is_err());
        assert!(option("--account=abc").is_ok() && option("-A abc").is_ok());
        assert!(option("--array=1-9").is_err() && option("account").is_err());
    }
}
