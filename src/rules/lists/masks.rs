//! Numbers by the digits that a mask shows, made when the first masked callee asks.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use rayon::prelude::*;

use super::List;
use super::entries::ALWAYS;
use crate::calls::keys::Dictionary;

/// The numbers that a shape of mask may mean, by what it shows of them.
#[derive(Debug, Default)]
struct Shape {
    /// Of numbers without dates; sorted, each once.
    plain: Vec<u64>,
    /// Of the others, with their spans; sorted, each once.
    dated: Vec<(u64, u32)>,
}

/// All shapes that were asked for.
#[derive(Debug, Default)]
pub struct MaskIndex {
    shapes: RwLock<HashMap<String, Arc<Shape>>>,
}

impl List {
    /// Numbers of the spans of listed numbers that a masked callee may be.
    pub fn masked(&self, mask: &str, dictionary: &Dictionary) -> Vec<u32> {
        let shape: String = mask.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let Some(wanted) = visible(mask, &shape) else { return Vec::new() };
        let known = self.masks.shapes.read().expect("masks").get(&shape).cloned();
        let index = known.unwrap_or_else(|| {
            let made = Arc::new(self.shape(&shape, dictionary));
            self.masks.shapes.write().expect("masks").insert(shape, made.clone());
            made
        });
        let mut found: Vec<u32> = index.plain.binary_search(&wanted).ok().map(|_| ALWAYS).into_iter().collect();
        let first = index.dated.partition_point(|d| d.0 < wanted);
        found.extend(index.dated[first..].iter().take_while(|d| d.0 == wanted).map(|d| d.1));
        found
    }

    fn shape(&self, shape: &str, dictionary: &Dictionary) -> Shape {
        let shown = |key| -> Vec<u64> {
            let fits = |s: &String| s.chars().count() == shape.chars().count() && s.starts_with('+') == shape.starts_with('+');
            self.home().spellings(&dictionary.show(key)).iter().filter(|s| fits(s)).filter_map(|s| visible(s, shape)).collect()
        };
        let mut plain: Vec<u64> = self.numbers.plain.par_iter().flat_map_iter(|k| shown(*k)).collect();
        plain.par_sort_unstable();
        plain.dedup();
        let mut dated: Vec<(u64, u32)> = self.numbers.dated.par_iter().flat_map_iter(|d| shown(d.key).into_iter().map(move |v| (v, d.span))).collect();
        dated.par_sort_unstable();
        dated.dedup();
        Shape { plain, dated }
    }
}

/// The digits of a text at the places where a shape shows them, after a 1 that keeps zeros; None beyond 18 or where there is no digit.
fn visible(text: &str, shape: &str) -> Option<u64> {
    let mut shown = 1_u64;
    for (c, _) in text.chars().zip(shape.chars()).filter(|(_, s)| *s == '0') {
        shown = shown.checked_mul(10)?.checked_add(u64::from(c.to_digit(10)?))?;
    }
    Some(shown)
}
