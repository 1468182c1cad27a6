//! Stories over HTTP, each told on both databases: what people do, and what must not happen to them.

#![expect(clippy::too_many_lines, reason = "a story is told in one go")]

mod advice_words;
mod api;
mod appraisal;
mod at_once;
mod blank_forms;
mod board;
mod campaign;
mod coverage;
mod demo;
mod drafting;
mod form_sheet;
mod hand_signed;
mod immediate;
mod import;
mod imported;
mod lists;
mod moved;
mod moving;
mod odd_input;
mod odd_work;
mod office;
mod own_house;
mod package;
mod package_office;
mod permissions;
mod pledge;
mod promises;
mod publication;
mod rescue;
mod review;
mod review_aids;
mod review_meeting;
mod seal;
mod seal_image;
mod setup;
mod sign_in;
mod site;
mod stamped;
mod supervision;
mod take_lists;
mod template_editor;
mod together;
mod units;
mod voices;
