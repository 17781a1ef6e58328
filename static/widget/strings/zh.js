// What the chat says by itself, in Chinese. Every language has the same keys.
export default {
  launch: '与我们聊天', close: '关闭聊天', unread: '新消息：{n}', latest: '最新消息', log: '消息',
  ai: 'AI 助手', greeting: '您好，有什么可以帮您？', write: '输入消息', send: '发送', attach: '添加文件',
  drop: '将文件拖到此处', person: '转人工客服', waiting: '正在等待人工客服', talking: '您正在与 {name} 交谈',
  someone: '我们的团队', typing: '{name} 正在输入', source: '来源', sending: '发送中', sent: '已发送', failed: '未发送', again: '重试',
  helpful: '有帮助', unhelpful: '没有帮助', offline: '您已离线。恢复连接后消息会自动发送。',
  closed: '此对话已结束', fresh: '开始新对话', previous: '上一次对话',
  rate: '您对这次对话满意吗？', r1: '非常不满意', r2: '不满意', r3: '一般', r4: '满意', r5: '非常满意',
  comment: '还想补充什么？（选填）', submit: '提交评价', thanks: '感谢您的评价',
  large: '{name} 超过 {size}', kind: '不能发送此类文件：{name}', broken: '{name} 上传失败',
  cut: '未完成', remove: '移除 {name}', wrong: '操作未成功，请重试。',
  details: '您的信息',
};
