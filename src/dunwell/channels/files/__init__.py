"""Files that leave the house: sheets of rows as XLSX or CSV, watermarked."""
