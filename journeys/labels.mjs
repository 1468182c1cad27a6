// The words a journey looks for, in one place: change a text in i18n/zh-CN and only this table follows.
// A value is what stands on the button, the link or the heading.
export const words = {
  // public
  board: /公开栏/, rate: /评价/, elder: /大字版|长辈版/, english: /EN|English/, code: /查询码|回执/,
  // signed in
  todo: /待办|工作台/, my_pledge: /我的承诺|写承诺|承诺书/, hand_in: /提交承诺书/, number: /编号|受理号|承诺书号/,
  review: /审核/, pass: /通过/, returned: /已退回/, passed: /已通过/, undone: /已撤销/, publish: /公示|公布/, supervise: /监督|抽查|督查/, figures: /^工作台$/,
  system: /系统|备份|自检/, grants: /授权|角色|账号/, audit: /审计/,
};
