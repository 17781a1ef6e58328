// What the chat says by itself, in Arabic. Every language has the same keys.
export default {
  launch: 'تحدث معنا', close: 'إغلاق المحادثة', unread: 'رسائل جديدة: {n}', latest: 'أحدث الرسائل', log: 'الرسائل',
  ai: 'مساعد ذكاء اصطناعي', greeting: 'مرحبًا. كيف يمكننا مساعدتك؟', write: 'اكتب رسالة', send: 'إرسال', attach: 'إرفاق ملف',
  drop: 'أفلت الملفات هنا', person: 'التحدث إلى موظف', waiting: 'في انتظار أحد الموظفين', talking: 'أنت تتحدث مع {name}',
  someone: 'فريقنا', typing: '{name} يكتب الآن', source: 'المصدر', sending: 'جارٍ الإرسال', sent: 'تم الإرسال', failed: 'لم تُرسل', again: 'إعادة المحاولة',
  helpful: 'مفيد', unhelpful: 'غير مفيد', offline: 'أنت غير متصل. ستُرسل رسائلك عند عودة الاتصال.',
  closed: 'هذه المحادثة مغلقة', fresh: 'بدء محادثة جديدة', previous: 'المحادثة السابقة',
  rate: 'كيف كانت هذه المحادثة؟', r1: 'سيئة جدًا', r2: 'سيئة', r3: 'مقبولة', r4: 'جيدة', r5: 'جيدة جدًا',
  comment: 'هل تود إضافة شيء؟ (اختياري)', submit: 'إرسال التقييم', thanks: 'شكرًا على تقييمك',
  large: 'حجم {name} أكبر من {size}', kind: 'لا يمكن إرسال هذا النوع من الملفات: {name}', broken: 'تعذّر رفع {name}',
  cut: 'لم يكتمل', remove: 'إزالة {name}', wrong: 'لم ينجح ذلك. حاول مرة أخرى.',
  details: 'بياناتك',
};
