//! Whether a said confidence comes true: in ten bins, as one error, and against the naive forecast.
//! Not here: how a confidence is come by.

use serde::{Deserialize, Serialize};

use super::Pair;
use super::score::Score;
use crate::forecast::count;

const BINS: u8 = 10;
/// The confidence from which a caller is not warned.
const TRUSTED_FROM: f64 = 0.7;

/// What was said and what happened, over many forecasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// The mean gap between said and happened over the bins, weighed by their forecasts (expected calibration error).
    pub error: f64,
    /// The mean squared error of the confidence (Brier).
    pub brier: f64,
    /// The same of the naive forecast.
    pub brier_naive: f64,
    /// By how much of the naive error the model's is smaller; none where the naive one is nothing.
    pub skill: Option<f64>,
    /// The mean confidence.
    pub said: f64,
    /// The share of forecasts that came true.
    pub happened: f64,
    /// Ten bins of equal width over the confidence, the empty ones left out.
    pub bins: Vec<Bin>,
    /// The forecasts with a confidence of 0.7 or more, where there are any.
    pub trusted: Option<Trusted>,
}

/// The forecasts whose confidence lies in one tenth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// How many forecasts lie in it.
    pub forecasts: usize,
    /// Their mean confidence.
    pub said: f64,
    /// The share of them that came true.
    pub happened: f64,
}

/// The forecasts that said they may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trusted {
    /// How many they are.
    pub forecasts: usize,
    /// Their mean confidence.
    pub said: f64,
    /// The share of them that came true.
    pub happened: f64,
}

impl Reliability {
    pub(super) fn of(pairs: &[&Pair]) -> Self {
        let scores: Vec<Score> = pairs.iter().map(|pair| pair.model).collect();
        let brier = mean(scores.iter().map(Score::brier_confidence));
        let brier_naive = mean(pairs.iter().map(|pair| pair.naive.brier_confidence()));
        let (said, happened) = means(&scores);
        let bins = bins(&scores);
        let error =
            bins.iter().map(|bin| count(bin.forecasts) * (bin.said - bin.happened).abs()).sum::<f64>();
        Self {
            error: error / count(scores.len()),
            brier,
            brier_naive,
            skill: (brier_naive > 0.0).then(|| 1.0 - brier / brier_naive),
            said,
            happened,
            bins,
            trusted: trusted(&scores),
        }
    }
}

fn bins(scores: &[Score]) -> Vec<Bin> {
    let mut bins = Vec::with_capacity(usize::from(BINS));
    for bin in 0..BINS {
        let edge = |number: u8| f64::from(number) / f64::from(BINS);
        let (from, to) = (edge(bin), edge(bin + 1));
        // A confidence of exactly 1 belongs to the last bin.
        let within = |score: &&Score| score.said >= from && (score.said < to || bin + 1 == BINS);
        let inside: Vec<Score> = scores.iter().filter(within).copied().collect();
        if !inside.is_empty() {
            let (said, happened) = means(&inside);
            bins.push(Bin { from, to, forecasts: inside.len(), said, happened });
        }
    }
    bins
}

fn trusted(scores: &[Score]) -> Option<Trusted> {
    let trusted: Vec<Score> = scores.iter().filter(|score| score.said >= TRUSTED_FROM).copied().collect();
    let (said, happened) = means(&trusted);
    (!trusted.is_empty()).then_some(Trusted { forecasts: trusted.len(), said, happened })
}

fn means(scores: &[Score]) -> (f64, f64) {
    (mean(scores.iter().map(|score| score.said)), share(scores.iter().map(|score| score.happened)))
}

/// The share of `true`.
pub(super) fn share(facts: impl ExactSizeIterator<Item = bool>) -> f64 {
    mean(facts.map(|fact| f64::from(u8::from(fact))))
}

/// The mean, 0 of nothing.
pub(super) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let number = count(values.len().max(1));
    values.sum::<f64>() / number
}

#[cfg(test)]
mod tests;
