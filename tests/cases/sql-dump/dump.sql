-- MySQL dump 10.13
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `users` (`id` int NOT NULL, `name` varchar(20));
INSERT INTO `users` VALUES (1,'x'),(2,'y'),(3,'z');
CREATE TABLE `calls` (
  `call_id` varchar(20) NOT NULL,
  `callee` varchar(20) COMMENT 'who, (number)',
  `started_at` datetime DEFAULT NULL,
  `note` text,
  PRIMARY KEY (`call_id`)
);
INSERT INTO `calls` VALUES ('c0','13800138000','2026-10-01 09:00:00','it''s; \'so\''),
('c1','13800138001','2026-10-01 09:01:00',NULL);
INSERT INTO `calls` (`started_at`,`callee`,`call_id`,`note`) VALUES ('2026-10-01 09:02:00','13800138002','c2','two
lines');
