DROP TABLE album_parts;
