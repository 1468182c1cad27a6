// The words a journey looks for, in one place: change a text in i18n/zh-CN and only this table follows.
// A value is what stands on the button, link or heading; the places of the pages are in `at`.
export const words = {
  // public
  board: /公开栏/, notice: /通知/, progress: /进展/, rate: /评价/, elder: /大字版|长辈版/, english: /EN|English/,
  submit: /提交/, code: /查询码|回执/, look_up: /查询|查进度/,
  // signed in
  todo: /待办|工作台/, my_pledge: /我的承诺|写承诺|承诺书/, keep_on: /继续|没问题|下一步/, hand_in: /提交承诺书/,
  number: /编号|受理号|承诺书号/, review: /审核/, pass: /通过/, give_back: /退回/, publish: /公示|公布/,
  supervise: /监督|抽查|督查/, draw: /抽取|抽查/, freeze: /冻结|锁定/, figures: /统计|台账|材料/, register: /名册/,
  system: /系统|备份|自检/, grants: /授权|角色|账号/, audit: /审计/,
};

/** Addresses that a person types or scans instead of following a link. */
export const at = { board: '/board', rate: '/opinion', sign_in: '/sign-in' };
