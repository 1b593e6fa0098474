DROP TABLE sent_files;
