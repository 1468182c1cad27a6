//! The rules of public-commitment campaigns: pure functions and values. No async, no SQL, no clock, no
//! randomness, no environment; what they need of those is a parameter.

#![forbid(unsafe_code)]

pub mod access;
pub mod advice;
pub mod appraisal;
pub mod archive;
pub mod attachment;
pub mod audit;
pub mod brief;
pub mod campaign;
pub mod canonical;
pub mod demand;
pub mod draw;
pub mod feedback;
pub mod ids;
pub mod inspection;
pub mod log;
pub mod notice;
pub mod organization;
pub mod pinyin;
pub mod pledge;
pub mod problem;
pub mod progress;
pub mod publication;
pub mod rectification;
pub mod review;
pub mod seal;
pub mod settings;
pub mod text;
pub mod time;
