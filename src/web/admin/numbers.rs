//! The numbers of `/metrics` as the overview shows them: sums of what was counted, and what became of them lately.

use std::time::{Duration, Instant};

/// What `/metrics` said at some moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers(Vec<(String, f64)>);

impl Numbers {
    /// Of the text that Prometheus reads.
    pub(super) fn of(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let each = lines.filter_map(|line| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        Self(each.collect())
    }

    fn of_name<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        self.0.iter().filter_map(move |(whole, value)| {
            let labels = whole.strip_prefix(name)?;
            let is_it = labels.is_empty() || labels.starts_with('{');
            is_it.then_some((labels, *value))
        })
    }

    /// The sum over all labels that hold `label`; none if nothing was counted.
    pub(super) fn sum(&self, name: &str, label: &str) -> Option<f64> {
        let found = self
            .of_name(name)
            .filter(|(labels, _)| labels.contains(label));
        found
            .map(|(_, value)| value)
            .reduce(|sum, value| sum + value)
    }

    /// The same, and 0 if nothing was counted.
    pub(super) fn count(&self, name: &str, label: &str) -> f64 {
        self.sum(name, label).unwrap_or_default()
    }
}

/// How long back the overview looks.
const WINDOW: Duration = Duration::from_secs(60);

/// What was counted lately, in this process; it is looked at while somebody looks, and at no other time.
#[derive(Debug, Default)]
pub(super) struct Trend(Vec<(Instant, Numbers)>);

/// What came to what was counted in a while.
#[derive(Debug)]
pub(super) struct Lately {
    seconds: f64,
    before: Numbers,
    now: Numbers,
}

impl Trend {
    /// Takes the numbers of now; tells what became of them since about a minute ago, if anybody looked then.
    pub(super) fn take(&mut self, now: Instant, numbers: &Numbers) -> Option<Lately> {
        let age = |at: &Instant| now.saturating_duration_since(*at);
        // One that is older than the window is kept, so that all of the window is seen.
        while self.0.get(1).is_some_and(|(at, _)| age(at) >= WINDOW) {
            self.0.remove(0);
        }
        // Nobody looked for long.
        self.0.retain(|(at, _)| age(at) < WINDOW * 3);
        let first = self.0.first().cloned();
        if self
            .0
            .last()
            .is_none_or(|(at, _)| age(at) >= Duration::from_secs(1))
        {
            self.0.push((now, numbers.clone()));
        }
        let (at, before) = first.filter(|(at, _)| age(at) >= Duration::from_secs(1))?;
        Some(Lately {
            seconds: age(&at).as_secs_f64(),
            before,
            now: numbers.clone(),
        })
    }
}

impl Lately {
    /// How much came to it.
    pub(super) fn more(&self, name: &str, label: &str) -> f64 {
        (self.now.count(name, label) - self.before.count(name, label)).max(0.0)
    }

    /// How much came to it a second.
    pub(super) fn rate(&self, name: &str, label: &str) -> f64 {
        self.more(name, label) / self.seconds
    }

    /// The mean of what was measured; none if nothing was.
    pub(super) fn mean(&self, name: &str) -> Option<f64> {
        let count = self.more(&format!("{name}_count"), "");
        (count > 0.0).then(|| self.more(&format!("{name}_sum"), "") / count)
    }

    /// What 95 of 100 did not exceed: the bound of the bucket in which they end; none if nothing was measured.
    pub(super) fn p95(&self, name: &str) -> Option<f64> {
        let all = self.more(&format!("{name}_count"), "");
        let name = format!("{name}_bucket");
        let mut bounds: Vec<f64> = self
            .now
            .of_name(&name)
            .filter_map(|(labels, _)| bound(labels))
            .collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        let mut bounds = bounds.into_iter().filter(|_| all > 0.0);
        bounds.find(|bound| {
            let within = |numbers: &Numbers| {
                let found = numbers
                    .of_name(&name)
                    .filter(|(labels, _)| self::bound(labels) == Some(*bound));
                found.map(|(_, value)| value).sum::<f64>()
            };
            within(&self.now) - within(&self.before) >= 0.95 * all
        })
    }
}

fn bound(labels: &str) -> Option<f64> {
    let (_, rest) = labels.split_once("le=\"")?;
    rest.split('"').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# HELP x\nupdates{kind=\"message\",outcome=\"ok\"} 10\nupdates{kind=\"message\",outcome=\"failed\"} 1\n\
        updates_more 7\nwait_sum 1\nwait_count 10\nwait_bucket{le=\"0.1\"} 10\nwait_bucket{le=\"+Inf\"} 10\n";
    const AFTER: &str = "updates{kind=\"message\",outcome=\"ok\"} 30\nupdates{kind=\"message\",outcome=\"failed\"} 1\n\
        wait_sum 5\nwait_count 30\nwait_bucket{le=\"0.1\"} 28\nwait_bucket{le=\"0.5\"} 30\nwait_bucket{le=\"+Inf\"} 30\n";

    #[test]
    fn sums_are_over_labels_and_not_over_other_names() {
        let numbers = Numbers::of(BEFORE);
        assert_eq!(numbers.sum("updates", ""), Some(11.0));
        assert_eq!(numbers.sum("updates", "\"failed\""), Some(1.0));
        assert_eq!(numbers.sum("nothing", ""), None);
    }

    #[test]
    fn a_trend_is_of_what_came_since() {
        let (mut trend, begun) = (Trend::default(), Instant::now());
        assert!(trend.take(begun, &Numbers::of(BEFORE)).is_none());
        let lately = trend.take(begun + Duration::from_secs(10), &Numbers::of(AFTER));
        let lately = lately.expect("somebody looked before");
        assert_eq!(lately.rate("updates", ""), 2.0);
        assert_eq!(lately.mean("wait"), Some(0.2));
        assert_eq!(lately.p95("wait"), Some(0.5));
        assert_eq!(lately.p95("nothing"), None);
        let long_after = begun + Duration::from_secs(1_000);
        assert!(trend.take(long_after, &Numbers::of(AFTER)).is_none());
    }
}
