//! Compares the instruction counts that gungraun has found with the committed ones: a part of the
//! hot path that became dearer by more than five per cent is a failure.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::InstructionOptions;

/// How much more is a failure, and how much less is worth a new baseline, in per cent.
const TOLERANCE: u64 = 5;

/// The committed counts. They are of one compiler: another one counts otherwise.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Counts {
    rustc: String,
    instructions: BTreeMap<String, u64>,
}

/// Does what the arguments say.
pub(crate) fn check(options: &InstructionOptions) -> Result<(), String> {
    let found = Counts {
        rustc: options.rustc.trim().to_owned(),
        instructions: read_summaries(&options.found)?,
    };
    if options.accept {
        let json = serde_json::to_string_pretty(&found).map_err(|error| error.to_string())?;
        let written = fs::write(&options.baseline, json + "\n");
        return written.map_err(|error| format!("{}: {error}", options.baseline.display()));
    }
    let baseline = fs::read_to_string(&options.baseline)
        .map_err(|error| format!("{}: {error}", options.baseline.display()))?;
    let baseline: Counts = serde_json::from_str(&baseline).map_err(|error| error.to_string())?;
    let (table, problems) = compare(&baseline, &found);
    print!("{table}");
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\nbench: "))
    }
}

fn compare(baseline: &Counts, found: &Counts) -> (String, Vec<String>) {
    let (mut table, mut problems) = (String::new(), Vec::new());
    if baseline.rustc != found.rustc {
        problems.push(format!(
            "the committed counts are of {}, these of {}",
            baseline.rustc, found.rustc
        ));
    }
    for (name, now) in &found.instructions {
        let Some(before) = baseline.instructions.get(name) else {
            problems.push(format!("{name} has no committed count: accept it"));
            continue;
        };
        let change = (*now as f64 / (*before).max(1) as f64 - 1.0) * 100.0;
        let remark = if now * 100 > before * (100 + TOLERANCE) {
            problems.push(format!(
                "{name} takes {change:.1} % more instructions: {before} -> {now}"
            ));
            "DEARER"
        } else if now * 100 < before * (100 - TOLERANCE) {
            "cheaper: accept it"
        } else {
            ""
        };
        let line = format!("{name:24} {before:>10} {now:>10} {change:>+7.1} %  {remark}");
        writeln!(table, "{}", line.trim_end()).expect("a String takes all");
    }
    let gone = baseline
        .instructions
        .keys()
        .filter(|name| !found.instructions.contains_key(*name));
    problems.extend(gone.map(|name| format!("{name} was not measured: accept that it is gone")));
    (table, problems)
}

/// The counts in gungraun's summaries, by function and case.
fn read_summaries(folder: &Path) -> Result<BTreeMap<String, u64>, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut counts = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == "summary.json") {
                let json = fs::read(&path).map_err(failed)?;
                let summary = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
                let (name, count) = count(&summary)
                    .ok_or_else(|| format!("{} tells no count of instructions", path.display()))?;
                counts.insert(name, count);
            }
        }
    }
    if counts.is_empty() {
        return Err(format!(
            "nothing was measured: {} has no summaries",
            folder.display()
        ));
    }
    Ok(counts)
}

/// The function with its case, and how many instructions it took.
fn count(summary: &Value) -> Option<(String, u64)> {
    let function = summary["function_name"].as_str()?;
    let name = match summary["id"].as_str() {
        Some(case) => format!("{function}/{case}"),
        None => function.to_owned(),
    };
    let profiles = summary["profiles"].as_array()?;
    let callgrind = profiles
        .iter()
        .find(|profile| profile["tool"] == "Callgrind")?;
    let count = &callgrind["data"]["total"]["metrics"]["Ir"]["values"]["new"];
    Some((name, count.as_u64()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn counts<const N: usize>(instructions: [(&str, u64); N]) -> Counts {
        Counts {
            rustc: "rustc 1".into(),
            instructions: instructions
                .map(|(name, count)| (name.to_owned(), count))
                .into(),
        }
    }

    fn problems(baseline: &Counts, found: &Counts) -> Vec<String> {
        compare(baseline, found).1
    }

    #[test]
    fn more_than_five_per_cent_more_is_a_failure() {
        let baseline = counts([("peek/text", 1000), ("decode/text", 20_000)]);
        assert_eq!(problems(&baseline, &baseline), [""; 0]);
        let within = counts([("peek/text", 1050), ("decode/text", 100)]);
        assert_eq!(
            problems(&baseline, &within),
            [""; 0],
            "cheaper is no failure"
        );
        let dearer = counts([("peek/text", 1051), ("decode/text", 20_000)]);
        assert_eq!(
            problems(&baseline, &dearer),
            ["peek/text takes 5.1 % more instructions: 1000 -> 1051"]
        );
    }

    #[test]
    fn what_is_measured_and_what_is_committed_must_be_the_same() {
        let (one, other) = (counts([("peek/text", 1)]), counts([("peek/photo", 1)]));
        let told = problems(&one, &other);
        assert!(
            told[0].contains("peek/photo has no committed count"),
            "{told:?}"
        );
        assert!(told[1].contains("peek/text was not measured"), "{told:?}");
        let mut newer = counts([("peek/text", 1)]);
        newer.rustc = "rustc 2".into();
        assert!(problems(&one, &newer)[0].contains("rustc 2"));
    }

    #[test]
    fn a_summary_tells_its_count() {
        let metrics = json!({"Ir": {"change": null, "values": {"new": 1234}}});
        let profile = json!({"tool": "Callgrind", "data": {"total": {"metrics": metrics}}});
        let summary = json!({"function_name": "peek", "id": "text", "profiles": [profile]});
        assert_eq!(count(&summary), Some(("peek/text".into(), 1234)));
        assert_eq!(
            count(&json!({"function_name": "peek", "profiles": []})),
            None
        );
    }
}
