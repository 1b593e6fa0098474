//! The texts that a pattern may come to: each variant once, the other choices at their defaults. A tag that one variant
//! leaves open is found so, without trying all combinations.

use crate::nodes::Node;

/// Words, or an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Text(String),
    Argument(String),
}

/// One text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flat {
    pub(crate) leaves: Vec<Leaf>,
    /// The variant that it shows, and its line; none of the text of all defaults.
    pub(crate) variant: Option<(String, usize)>,
}

impl Flat {
    /// How many characters it has without its arguments.
    pub(crate) fn length(&self) -> usize {
        self.texts().map(|text| text.chars().count()).sum()
    }

    /// Whether nothing is seen of it.
    pub(crate) fn is_blank(&self) -> bool {
        let has_argument = self.leaves.iter().any(|it| matches!(it, Leaf::Argument(_)));
        !has_argument && self.texts().all(|text| text.trim().is_empty())
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.leaves.iter().filter_map(|leaf| match leaf {
            Leaf::Text(text) => Some(text.as_str()),
            Leaf::Argument(_) => None,
        })
    }
}

/// All of them; that of all defaults first.
pub(crate) fn flats(nodes: &[Node]) -> Vec<Flat> {
    let parts: Vec<Vec<Flat>> = nodes.iter().map(flats_of).collect();
    let default = |part: &Vec<Flat>| {
        part.first()
            .map_or_else(Vec::new, |flat| flat.leaves.clone())
    };
    let defaults: Vec<Vec<Leaf>> = parts.iter().map(default).collect();
    let mut all = vec![Flat {
        leaves: defaults.concat(),
        variant: parts.iter().find_map(|part| part.first()?.variant.clone()),
    }];
    for (index, part) in parts.iter().enumerate() {
        for other in part.iter().skip(1) {
            let leaves = [
                defaults[..index].concat(),
                other.leaves.clone(),
                defaults[index + 1..].concat(),
            ];
            all.push(Flat {
                leaves: leaves.concat(),
                variant: other.variant.clone(),
            });
        }
    }
    all
}

fn flats_of(node: &Node) -> Vec<Flat> {
    let leaf = |leaf| {
        vec![Flat {
            leaves: vec![leaf],
            variant: None,
        }]
    };
    match node {
        Node::Text(text) => leaf(Leaf::Text(text.clone())),
        Node::Argument(name) => leaf(Leaf::Argument(name.clone())),
        Node::Select(variants) => {
            let each = variants.iter().flat_map(|variant| {
                let within = flats(&variant.nodes).into_iter();
                within.map(|flat| Flat {
                    variant: flat.variant.or(Some((variant.key.clone(), variant.line))),
                    ..flat
                })
            });
            each.collect()
        }
    }
}
