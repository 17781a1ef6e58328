// What the chat says by itself, in Japanese. Every language has the same keys.
export default {
  launch: 'チャットで問い合わせる', close: 'チャットを閉じる', unread: '新着メッセージ：{n}', latest: '最新のメッセージ', log: 'メッセージ',
  ai: 'AIアシスタント', greeting: 'こんにちは。ご用件をお聞かせください。', write: 'メッセージを入力', send: '送信', attach: 'ファイルを添付',
  drop: 'ここにファイルをドロップ', person: '担当者と話す', waiting: '担当者をお待ちください', talking: '{name}が対応しています',
  someone: '担当者', typing: '{name}が入力中', source: '出典', sending: '送信中', sent: '送信済み', failed: '未送信', again: '再試行',
  helpful: '役に立った', unhelpful: '役に立たなかった', offline: 'オフラインです。接続が戻るとメッセージが送信されます。',
  closed: 'この会話は終了しました', fresh: '新しい会話を始める', previous: '前の会話',
  rate: '今回の対応はいかがでしたか？', r1: 'とても不満', r2: '不満', r3: 'ふつう', r4: '満足', r5: 'とても満足',
  comment: 'ご意見があればお聞かせください（任意）', submit: '評価を送信', thanks: '評価をありがとうございました',
  large: '{name}は{size}を超えています', kind: 'この種類のファイルは送信できません：{name}', broken: '{name}をアップロードできませんでした',
  cut: '途中まで', remove: '{name}を削除', wrong: 'うまくいきませんでした。もう一度お試しください。',
  details: 'お客様の情報',
};
