// What the chat says by itself, in Turkish. Every language has the same keys.
export default {
  launch: 'Bizimle sohbet edin', close: 'Sohbeti kapat', unread: 'Yeni mesajlar: {n}', latest: 'Son mesajlar', log: 'Mesajlar',
  ai: 'Yapay zekâ asistanı', greeting: 'Merhaba. Nasıl yardımcı olabiliriz?', write: 'Bir mesaj yazın', send: 'Gönder', attach: 'Dosya ekle',
  drop: 'Dosyaları buraya bırakın', person: 'Bir kişiyle görüş', waiting: 'Bir temsilci bekleniyor', talking: '{name} ile görüşüyorsunuz',
  someone: 'ekibimiz', typing: '{name} yazıyor', source: 'Kaynak', sending: 'Gönderiliyor', sent: 'Gönderildi', failed: 'Gönderilemedi', again: 'Yeniden dene',
  helpful: 'Yararlı', unhelpful: 'Yararlı değil', offline: 'Çevrimdışısınız. Bağlantı gelince mesajlarınız gönderilecek.',
  closed: 'Bu görüşme kapandı', fresh: 'Yeni görüşme başlat', previous: 'Önceki görüşme',
  rate: 'Bu görüşme nasıldı?', r1: 'Çok kötü', r2: 'Kötü', r3: 'İdare eder', r4: 'İyi', r5: 'Çok iyi',
  comment: 'Eklemek istediğiniz bir şey var mı? (isteğe bağlı)', submit: 'Değerlendirmeyi gönder', thanks: 'Değerlendirmeniz için teşekkürler',
  large: '{name}, {size} sınırını aşıyor', kind: 'Bu tür dosya gönderilemez: {name}', broken: '{name} yüklenemedi',
  cut: 'Tamamlanmadı', remove: '{name} dosyasını kaldır', wrong: 'Bu işe yaramadı. Lütfen yeniden deneyin.',
  details: 'Bilgileriniz',
};
